// @ts-check
/**
 * The program's own TypeScript as a few JavaScript files, put together by esbuild in 0.4 s; most libraries stay where npm put them. Taking
 * all of them in would make a start 0.15 s shorter, but whoever starts it the first time would wait 1.5 s more.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

export const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** Where sources lie. */
export const ROOMS = ['server', 'schema', 'seed']

/** All sources in a room, by their whole paths. @param {string} room */
export const sourcesIn = (room) => readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' }).filter((path) => /\.m?ts$|\.mjs$/.test(path)).map((path) => join(ROOT, room, path))

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
  // It allocates 130 MB and ends: collecting garbage meanwhile takes a quarter of its time. Its own command line switches that off, its API does not.
  const { GOGC } = process.env
  process.env.GOGC ??= 'off'
  const building = build({
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
    packages: 'external',
    plugins: [librariesTakenIn, filesBesideTheirSource],
  })
  // By now its process has begun, with the environment of that moment.
  if (GOGC === undefined) delete process.env.GOGC
  await building
}

/** Made of hundreds of small files, free of surroundings, and quickly put together: reading them one by one would be a third of a later start. */
const TAKEN_IN = ['kysely', 'zod', 'jose']

/** All others are read where they are. esbuild asks only for these: each question to another process takes 0.1 ms. */
const librariesTakenIn = {
  name: 'libraries taken in',
  /** @param {import('esbuild').PluginBuild} build */
  setup(build) {
    build.onResolve({ filter: new RegExp(`^(${TAKEN_IN.join('|')})(/|$)`) }, ({ path }) => ({ path: fileURLToPath(import.meta.resolve(path)) }))
  },
}

/** Only what looks for a file or a library: a program still asks by `import.meta.url` whether it is the one that was started. */
const LOOKS_BESIDE = /(new URL\([^()]*, |createRequire\()import\.meta\.url/

/** `new URL('x', import.meta.url)` means the file beside the source, wherever the bundle lies. All output is flat, so one `__files` serves. */
const filesBesideTheirSource = {
  name: 'files beside their source',
  /** @param {import('esbuild').PluginBuild} build */
  setup(build) {
    // Asked for 10 files of 340; for all of them it took 0.3 s.
    const asking = ROOMS.flatMap(sourcesIn).filter((path) => path.endsWith('.ts') && LOOKS_BESIDE.test(readFileSync(path, 'utf8')))
    build.onLoad({ filter: new RegExp(`(${asking.map((path) => path.replace(/[^\w]/g, '\\$&')).join('|')})$`) }, ({ path }) => {
      const own = relative(ROOT, path).split(sep).join('/')
      const contents = readFileSync(path, 'utf8').replace(new RegExp(LOOKS_BESIDE, 'g'), `$1new URL(${JSON.stringify(own)}, __files)`)
      return { contents, loader: 'ts' }
    })
  },
}
