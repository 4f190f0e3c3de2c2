// @ts-check
/**
 * The program as a few JavaScript files: its own TypeScript and the libraries it uses, put together by esbuild.
 * Node reads some 1,700 small files else, which is two thirds of a start (2.3 s against 0.65 s on two cores).
 */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

export const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** What can be started, by the name of its npm script: `dist/NAME.js`, or `node server/program/run.mjs NAME`. */
export const PROGRAMS = /** @type {const} */ ({
  main: 'server/main.ts',
  worker: 'server/worker.ts',
  seed: 'seed/cli.ts',
  'units-import': 'seed/units/import-cli.ts',
  reindex: 'server/cli/reindex.ts',
  doctor: 'server/cli/doctor.ts',
  understand: 'server/cli/understand.ts',
  key: 'server/cli/key.ts',
  import: 'server/cli/import.ts',
  export: 'server/cli/export.ts',
  'audit-verify': 'server/cli/audit-verify.ts',
})

/** Of libraries in CommonJS that look around themselves; Node gives these three names to CommonJS only. */
const COMMONJS_NAMES = `import { createRequire as __createRequire } from 'node:module'; import { fileURLToPath as __toPath } from 'node:url'; const require = __createRequire(import.meta.url), __filename = __toPath(import.meta.url), __dirname = __toPath(new URL('.', import.meta.url));`

/**
 * @param {{ outdir: string, files: 'copied' | 'in place', programs?: (keyof typeof PROGRAMS)[] }} options `files`: where the SQL, YAML and the like that the program reads lie:
 *   under `outdir`, as `npm run build` copies them, so that `outdir` may be moved; or where they are edited
 */
export async function bundle({ outdir, files, programs = /** @type {(keyof typeof PROGRAMS)[]} */ (Object.keys(PROGRAMS)) }) {
  // Loaded here only: a start that finds its bundle does without.
  const { build } = await import('esbuild')
  await build({
    absWorkingDir: ROOT,
    entryPoints: programs.map((name) => ({ in: PROGRAMS[name], out: name })),
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    // A line stays a line, so that the stack of an error can be read.
    minifySyntax: true,
    keepNames: true,
    chunkNames: 'chunk-[hash]',
    banner: { js: `${COMMONJS_NAMES} const __files = ${files === 'copied' ? "new URL('./', import.meta.url)" : JSON.stringify(pathToFileURL(ROOT).href)};` },
    logLevel: 'error',
    plugins: [oneGraphql, filesBesideTheirSource],
  })
}

/** graphql 16 ships itself twice, for `import` and for `require`, and refuses to work with types of the other copy: all get the same. */
const oneGraphql = {
  name: 'one graphql',
  /** @param {import('esbuild').PluginBuild} build */
  setup(build) {
    const folder = dirname(createRequire(import.meta.url).resolve('graphql/package.json'))
    build.onResolve({ filter: /^graphql(\/.*)?$/ }, ({ path }) => {
      const file = join(folder, path.slice('graphql'.length).replace(/\.m?js$/, ''))
      return { path: [`${file}.mjs`, join(file, 'index.mjs')].find((candidate) => existsSync(candidate)) }
    })
  },
}

/** `new URL('x', import.meta.url)` means the file beside the source, wherever the bundle lies. All output is flat, so one `__files` serves. */
const filesBesideTheirSource = {
  name: 'files beside their source',
  /** @param {import('esbuild').PluginBuild} build */
  setup(build) {
    build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      if (path.includes('node_modules')) return undefined
      const own = relative(ROOT, path).split(sep).join('/')
      // Only what looks for a file or a library: a program still asks by `import.meta.url` whether it is the one that was started.
      const contents = readFileSync(path, 'utf8').replace(/(new URL\([^()]*, |createRequire\()import\.meta\.url/g, `$1new URL(${JSON.stringify(own)}, __files)`)
      return { contents, loader: 'ts' }
    })
  },
}
