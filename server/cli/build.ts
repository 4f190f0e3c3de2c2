/** `npm run build`: the program as JavaScript in dist/, with the files that it reads beside it, so that `node dist/server/main.js` runs it. */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineCommand, runMain } from 'citty'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const DIST = join(ROOT, 'dist')
/** Migrations and printed structure, the embedded database's thread, the printed schema, catalogue and units: found at run time by `import.meta.url`. */
const READ_AT_RUN_TIME = ['.sql', '.mjs', '.graphql', '.yaml', '.json']
const NOT_OF_THE_PROGRAM = ['server/compose.yaml']

/** Paths, from the root, of what is copied. */
export function filesToCopy(): string[] {
  return ['server', 'schema', 'seed']
    .flatMap((room) => readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' }).map((path) => `${room}/${path}`))
    .filter((path) => READ_AT_RUN_TIME.includes(extname(path)) && !NOT_OF_THE_PROGRAM.includes(path))
}

const command = defineCommand({
  meta: { name: 'npm run build', description: 'Compile the program into dist/; then: node dist/server/main.js' },
  run() {
    // What a file of an earlier build is called now is not known: a whole new one.
    rmSync(DIST, { recursive: true, force: true })
    const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc')
    const { status } = spawnSync(process.execPath, [compiler, '-p', join(ROOT, 'tsconfig.build.json')], { stdio: 'inherit' })
    if (status !== 0 || !existsSync(DIST)) {
      process.exitCode = 1
      return
    }
    const files = filesToCopy()
    for (const path of files) cpSync(join(ROOT, path), join(DIST, path))
    process.stdout.write(`dist/ is built, with ${files.length} files that are read at run time. Start it: node dist/server/main.js\n`)
  },
})

if (process.argv[1] === fileURLToPath(import.meta.url)) await runMain(command)
