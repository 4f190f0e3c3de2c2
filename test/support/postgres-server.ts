/** A Postgres server of our own for the length of a run, made from this machine's binaries on loopback. */
import { spawn, spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { freePort, pinned, stopChild } from './processes.ts'

export const NEEDS_POSTGRES =
  'A Postgres ≥ 15 is needed.\n' +
  'Set DATABASE_URL to a server where a database may be created, or install the Postgres server binaries (initdb and postgres).'

export interface PostgresServer {
  url: string
  stop(): Promise<void>
}

/** Where the server binaries are: PATH, or the places where packages put them. */
export const findBinaries = (): string | undefined => {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : []
  const asked = spawnSync('pg_config', ['--bindir'], { encoding: 'utf8' }).stdout?.trim()
  const folders = [...(process.env.PATH ?? '').split(':'), ...(asked ? [asked] : []), ...versions.map((version) => join(debian, version, 'bin'))]
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')))
}

/** Postgres refuses to run as root; then it runs as its package's user, or as nobody. */
const unprivileged = (): { uid?: number; gid?: number } => {
  if (process.getuid?.() !== 0) return {}
  for (const user of ['postgres', 'nobody']) {
    const [uid, gid] = ['-u', '-g'].map((flag) => spawnSync('id', [flag, user], { encoding: 'utf8' }).stdout?.trim())
    if (uid && gid) return { uid: Number(uid), gid: Number(gid) }
  }
  return {}
}

/** Starts it; `cores` pins it, `kept` is a folder that stays, to be opened again. @throws Error when this machine has no server binaries */
export const startThrowawayPostgres = async (cores?: string, kept?: string): Promise<PostgresServer> => {
  const binaries = findBinaries()
  if (!binaries) throw new Error(NEEDS_POSTGRES)
  const owner = unprivileged()
  const folder = kept ?? mkdtempSync(join(tmpdir(), 'nhan-rong-bench-'))
  if (kept !== undefined) mkdirSync(kept, { recursive: true })
  const remove = (): void => (kept === undefined ? rmSync(folder, { recursive: true, force: true }) : undefined)
  if (owner.uid !== undefined) chownSync(folder, owner.uid, owner.gid!)
  const data = join(folder, 'data')
  const made = existsSync(join(data, 'PG_VERSION')) || ['C.UTF-8', 'en_US.UTF-8', 'C'].some(
    (locale) => spawnSync(join(binaries, 'initdb'), ['-D', data, '-U', 'bench', '-A', 'trust', '-E', 'UTF8', '--no-sync', `--locale=${locale}`], { ...owner, cwd: folder }).status === 0,
  )
  if (!made) {
    remove()
    throw new Error(`initdb in ${binaries} could not make a database.\n${NEEDS_POSTGRES}`)
  }
  const port = await freePort()
  // No fsync: reads are measured, and generating 100,000 records should not take the evening.
  const settings = ['listen_addresses=127.0.0.1', `port=${port}`, `unix_socket_directories=${folder}`, 'fsync=off', 'synchronous_commit=off', 'full_page_writes=off',
    'shared_buffers=256MB', 'max_wal_size=4GB', 'max_connections=60', 'shared_preload_libraries=pg_stat_statements']
  const start = async (withStatements: boolean): Promise<PostgresServer> => {
    const used = withStatements ? settings : settings.slice(0, -1)
    const [command, args] = pinned(cores, join(binaries, 'postgres'), ['-D', data, ...used.flatMap((setting) => ['-c', setting])])
    const child = spawn(command, args, { ...owner, cwd: folder, stdio: 'ignore' })
    const url = `postgres://bench@127.0.0.1:${port}/postgres`
    for (let tries = 0; ; tries++) {
      const client = new pg.Client({ connectionString: url })
      const reached = await client.connect().then(() => true, () => false)
      await client.end().catch(() => {})
      if (reached) break
      // The contrib package may be missing: then without the statement counter.
      if (child.exitCode !== null && withStatements) return start(false)
      if (child.exitCode !== null || tries > 100) throw new Error(`The throwaway Postgres did not start.\n${NEEDS_POSTGRES}`)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    return {
      url,
      async stop() {
        await stopChild(child, 'SIGINT')
        remove()
      },
    }
  }
  return start(true)
}
