/** `npm run test:postgres`: the same tests on a real Postgres: that of TEST_DATABASE_URL, or a throwaway one from this machine's binaries. */
import { spawn } from 'node:child_process'
import { findBinaries, startThrowawayPostgres } from './postgres-server.ts'

const [command = 'vitest', ...args] = process.argv.slice(2)
if (process.env.TEST_DATABASE_URL === undefined && findBinaries() === undefined) {
  process.stderr.write('No Postgres: set TEST_DATABASE_URL to a server where databases may be created, or install the Postgres server binaries (initdb and postgres).\n')
  process.exit(2)
}
const server = process.env.TEST_DATABASE_URL === undefined ? await startThrowawayPostgres() : { url: process.env.TEST_DATABASE_URL, stop: async () => {} }
const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, TEST_DATABASE_URL: server.url } })
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
const code = await new Promise<number>((resolve) => {
  child.once('error', (error) => {
    process.stderr.write(`${command} could not be started: ${error.message}\n`)
    resolve(2)
  })
  child.once('exit', (exitCode) => resolve(exitCode ?? 1))
})
await server.stop()
process.exit(code)
