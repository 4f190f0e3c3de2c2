/**
 * One process per embedded database: PGlite takes no lock itself, and two processes on one directory silently lose rows.
 * The lock is a file beside the directory, made with O_EXCL, and stale only when the process that made it is dead: never by time.
 */
import { createHash } from 'node:crypto'
import { closeSync, openSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { StartupError } from '../../errors.ts'

interface Holder {
  pid: number
  host: string
  /** When the process started, in the kernel's own count: tells it from a later one that got the same PID. Empty where unknown. */
  started: string
}

/** Whoever restarts the server need not wait for the one before to have let go: it stops within this time when it is stopping at all. */
const PATIENCE_MS = 2_000

/** Takes the lock or throws a `StartupError` that names who holds it. The returned function gives it back. */
export async function takeLock(path: string, directory: string): Promise<() => void> {
  const mine = JSON.stringify({ pid: process.pid, host: hostname(), started: startOf(process.pid) } satisfies Holder)
  const patience = performance.now() + PATIENCE_MS
  for (let attempt = 0; attempt < 5; attempt++) {
    if (create(path, mine)) return () => release(path, mine)
    const text = readText(path)
    if (text === undefined) continue
    const holder = parseHolder(text)
    if (!holder) {
      // Another process may be between making the file and writing into it.
      await sleep(100)
      if (readText(path) === text) throw new StartupError(`${path} is not a lock file of this program. If no process uses ${directory}, delete the file and start again.`)
      continue
    }
    if (isAlive(holder)) {
      if (holder.host !== hostname() || performance.now() > patience) throw new StartupError(inUse(holder, path, directory))
      await sleep(100)
      attempt--
      continue
    }
    if (await replaceStale(path, text, mine, directory)) return () => release(path, mine)
    await sleep(50)
  }
  throw new StartupError(`${directory} is being opened by another process at this moment. Try again.`)
}

/**
 * Puts ours in the place of a dead holder's file. Of all that read the same stale file only the one that holds a lock named after its
 * content may replace it, and looks once more before it does: so nobody can take away what a living process has just taken.
 */
async function replaceStale(path: string, stale: string, mine: string, directory: string): Promise<boolean> {
  const claim = await takeLock(`${path}.${createHash('sha256').update(stale).digest('hex').slice(0, 12)}`, directory).catch((error: unknown) => {
    if (error instanceof StartupError) return undefined
    throw error
  })
  if (!claim) return false
  try {
    if (readText(path) !== stale) return false
    writeFileSync(`${path}.${process.pid}`, mine, { mode: 0o600 })
    renameSync(`${path}.${process.pid}`, path)
    return true
  } finally {
    claim()
  }
}

function create(path: string, text: string): boolean {
  let file: number
  try {
    file = openSync(path, 'wx', 0o600)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
  writeSync(file, text)
  closeSync(file)
  return true
}

function release(path: string, mine: string): void {
  if (readText(path) === mine) rmSync(path, { force: true })
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function parseHolder(text: string): Holder | undefined {
  try {
    const { pid, host, started } = JSON.parse(text) as Partial<Holder>
    return Number.isInteger(pid) && typeof host === 'string' && typeof started === 'string' ? { pid: pid!, host, started } : undefined
  } catch {
    return undefined
  }
}

function isAlive({ pid, host, started }: Holder): boolean {
  // Whether a process of another machine or container lives cannot be seen from here.
  if (host !== hostname()) return true
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  const now = startOf(pid)
  return started === '' || now === '' || now === started
}

/** Boot and start tick of a process on Linux; empty elsewhere. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // A zombie has let go of everything.
    if (fields[0] === 'Z') return 'ended'
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${fields[19]}`
  } catch {
    return ''
  }
}

function inUse({ pid, host }: Holder, path: string, directory: string): string {
  const who = host === hostname() ? `process ${pid}` : `process ${pid} on ${host}`
  const after = host === hostname() ? 'Stop it first' : `If that machine or container is gone, delete ${path}`
  return `The embedded database in ${directory} is in use by ${who}. ${after}, ask the running server instead, or give this one another DATA_DIR.`
}
