/** `npm run build`: the program and its commands as JavaScript in dist/, with the files that they read beside them, so that `node dist/main.js` runs. */
import { cpSync, readdirSync, rmSync } from 'node:fs'
import { extname, join } from 'node:path'
import { defineCommand, runMain } from 'citty'
import { bundle, PROGRAMS, ROOT } from '../program/bundle.mjs'
import { isStarted } from './started.ts'

const DIST = join(ROOT, 'dist')
/** Migrations and printed structure, the embedded database's thread, the printed schema, catalogue and units: found at run time by `import.meta.url`. */
const READ_AT_RUN_TIME = ['.sql', '.mjs', '.graphql', '.yaml', '.json']
const NOT_OF_THE_PROGRAM = ['server/compose.yaml', 'server/program/bundle.mjs', 'server/program/run.mjs']

/** Paths, from the root, of what is copied. */
export function filesToCopy(): string[] {
  return ['server', 'schema', 'seed']
    .flatMap((room) => readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' }).map((path) => `${room}/${path}`))
    .filter((path) => READ_AT_RUN_TIME.includes(extname(path)) && !NOT_OF_THE_PROGRAM.includes(path))
}

const command = defineCommand({
  meta: { name: 'npm run build', description: 'Put the program and its commands together in dist/; then: node dist/main.js' },
  async run() {
    // What a file of an earlier build is called now is not known: a whole new one.
    rmSync(DIST, { recursive: true, force: true })
    await bundle({ outdir: DIST, files: 'copied' })
    const files = filesToCopy()
    for (const path of files) cpSync(join(ROOT, path), join(DIST, path))
    process.stdout.write(`dist/ has ${Object.keys(PROGRAMS).length} programs and ${files.length} files that they read. Start the server: node dist/main.js\n`)
  },
})

if (isStarted(import.meta.url)) await runMain(command)
