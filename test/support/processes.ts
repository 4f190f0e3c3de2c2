/** Starting the servers that are measured, each in a process of its own, and reading what they use. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { availableParallelism } from 'node:os'

/** Clock ticks of /proc/PID/stat: 100 per second on every Linux that node runs on. */
const TICKS_PER_SECOND = 100

export interface RunningServer {
  name: string
  pid: number
  port: number
  stop(): Promise<void>
}

export interface Usage {
  cpuSeconds: number
  rssBytes: number
}

/** CPU time and memory of one process; undefined when it is gone or this system does not tell. */
export const usageOf = (pid: number): Usage | undefined => {
  try {
    // The command may hold spaces and parentheses; the fields that count come after its closing one.
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)!.split(' ')
    const rssKilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0
    return { cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND, rssBytes: Number(rssKilobytes) * 1024 }
  } catch {
    return usageByPs(pid)
  }
}

const usageByPs = (pid: number): Usage | undefined => {
  if (process.platform === 'linux' || process.platform === 'win32') return undefined
  const { status, stdout } = spawnSync('ps', ['-o', 'time=,rss=', '-p', String(pid)], { encoding: 'utf8' })
  const [time, rss] = stdout?.trim().split(/\s+/) ?? []
  if (status !== 0 || !time || !rss) return undefined
  return { cpuSeconds: time.split(':').reduce((total, part) => total * 60 + Number(part), 0), rssBytes: Number(rss) * 1024 }
}

/** Which cores servers and everything else run on; undefined where processes cannot be pinned. */
export interface Pinning {
  server: string
  rest: string
}

/** The first allowed core for the server, the others for load and database. */
export const planPinning = (): Pinning | undefined => {
  if (process.platform !== 'linux' || availableParallelism() < 2) return undefined
  const { status, stdout } = spawnSync('taskset', ['-cp', String(process.pid)], { encoding: 'utf8' })
  const list = status === 0 ? /: *([\d,-]+)\s*$/.exec(stdout)?.[1] : undefined
  if (!list) return undefined
  const cores = list.split(',').flatMap((part) => {
    const [from, to = from] = part.split('-').map(Number)
    return Array.from({ length: to! - from! + 1 }, (_, index) => from! + index)
  })
  return cores.length < 2 ? undefined : { server: String(cores[0]), rest: cores.slice(1).join(',') }
}

/** The command, pinned to cores where that is possible. `taskset` replaces itself, so the process id is the server's. */
export const pinned = (cores: string | undefined, command: string, args: readonly string[]): [string, string[]] =>
  cores ? ['taskset', ['-c', cores, command, ...args]] : [command, [...args]]

/** Moves this process (the load) to the given cores. */
export const pinThisProcess = (cores: string): void => {
  spawnSync('taskset', ['-acp', cores, String(process.pid)])
}

/** A port that nobody listens on now. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

export interface StartServer {
  name: string
  script: string
  args?: readonly string[]
  env: Record<string, string>
  cores: string | undefined
  /** A path that answers 200 when the server is ready. */
  readyPath: string
  timeoutSeconds?: number
}

/** Starts a TypeScript entry under node, waits until it answers, and stops it by SIGTERM. */
export const startServer = async ({ name, script, args = [], env, cores, readyPath, timeoutSeconds = 60 }: StartServer): Promise<RunningServer> => {
  const port = await freePort()
  const [command, commandArgs] = pinned(cores, process.execPath, ['--import', 'tsx', script, ...args])
  const child = spawn(command, commandArgs, {
    env: { ...process.env, ...env, NODE_ENV: 'production', HOST: '127.0.0.1', PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-4000)
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  const deadline = Date.now() + timeoutSeconds * 1000
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${name} stopped at its start (exit code ${child.exitCode}):\n${output}`)
    if (Date.now() > deadline) {
      await stopChild(child)
      throw new Error(`${name} was not ready within ${timeoutSeconds} s:\n${output}`)
    }
    const answer = await fetch(`http://127.0.0.1:${port}${readyPath}`, { headers: { 'apollo-require-preflight': 'ready' } }).catch(() => undefined)
    await answer?.body?.cancel()
    if (answer?.ok) break
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return { name, pid: child.pid!, port, stop: () => stopChild(child) }
}

/** SIGTERM, then SIGKILL after ten seconds. */
export const stopChild = (child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    const timer = setTimeout(() => child.kill('SIGKILL'), 10_000)
    child.once('exit', () => {
      clearTimeout(timer)
      resolve()
    })
    child.kill(signal)
  })
