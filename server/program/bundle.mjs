// @ts-check
/**
 * The program's own TypeScript as a few JavaScript files, put together by esbuild in 0.5 s; most libraries stay where npm put them. Taking
 * all of them in would make a start 0.15 s shorter, but whoever starts it the first time would wait 1.5 s more.
 */
import { readFileSync } from 'node:fs'
import { relative, sep } from 'node:path'
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
    // An error's class is told by its name.
    keepNames: true,
    chunkNames: 'chunk-[hash]',
    banner: { js: `const __files = ${files === 'copied' ? "new URL('./', import.meta.url)" : JSON.stringify(pathToFileURL(ROOT).href)};` },
    logLevel: 'error',
    plugins: [librariesOutside, filesBesideTheirSource],
  })
}

/** Made of hundreds of small files, free of surroundings, and quickly put together: reading them one by one would be a third of a later start. */
const TAKEN_IN = new Set(['kysely', 'zod', 'jose'])

/** All others are read where they are. */
const librariesOutside = {
  name: 'libraries outside',
  /** @param {import('esbuild').PluginBuild} build */
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
      if (kind === 'entry-point') return undefined
      const [library] = /^(@[^/]+\/)?[^/]+/.exec(path) ?? []
      return TAKEN_IN.has(library ?? '') ? undefined : { path, external: true }
    })
  },
}

/** `new URL('x', import.meta.url)` means the file beside the source, wherever the bundle lies. All output is flat, so one `__files` serves. */
const filesBesideTheirSource = {
  name: 'files beside their source',
  /** @param {import('esbuild').PluginBuild} build */
  setup(build) {
    build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const own = relative(ROOT, path).split(sep).join('/')
      // Only what looks for a file or a library: a program still asks by `import.meta.url` whether it is the one that was started.
      const contents = readFileSync(path, 'utf8').replace(/(new URL\([^()]*, |createRequire\()import\.meta\.url/g, `$1new URL(${JSON.stringify(own)}, __files)`)
      return { contents, loader: 'ts' }
    })
  },
}
