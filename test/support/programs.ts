/** Programs of this project as processes of their own: started, watched, killed. Nothing waits for a fixed time. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { isAbsolute } from 'node:path'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { PROGRAMS } from '../../server/program/bundle.mjs'
import { OPTIMISE_LATER } from '../../server/program/v8-flags.mjs'

const ROOT = new URL('../../', import.meta.url)
const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href

export interface Ended { code: number | null; signal: NodeJS.Signals | null; output: string; stdout: string; stderr: string }
export interface Program {
  child: ChildProcess
  pid: number
  /** What it printed so far, both streams as they came. */
  output(): string
  /** Waits until its output matches; fails when the program ends before, or at the deadline. */
  until(pattern: RegExp, deadlineMs?: number): Promise<RegExpMatchArray>
  ended: Promise<Ended>
  /** Sends a signal and waits for the end. */
  stop(signal?: NodeJS.Signals, deadlineMs?: number): Promise<Ended>
}

const running = new Set<ChildProcess>()

/** A program of the project is started as its npm script does, which saves 1.5 s of loading; anything else by tsx. */
function commandOf(script: string): string[] {
  const name = Object.entries(PROGRAMS).find(([, path]) => path === script)?.[0]
  if (isAbsolute(script)) return [script]
  return name === undefined ? [...OPTIMISE_LATER, '--import', TSX, fileURLToPath(new URL(script, ROOT))] : [fileURLToPath(new URL('server/program/run.mjs', ROOT)), name]
}

/** Starts a program; of this process' environment it gets PATH and HOME only, and no `.env` lies where it works. */
export function startProgram(script: string, { args = [], env = {} }: { args?: string[]; env?: Record<string, string> } = {}): Program {
  const child = spawn(process.execPath, [...commandOf(script), ...args], {
    cwd: tmpdir(), env: { PATH: process.env.PATH, HOME: process.env.HOME, TSX_TSCONFIG_PATH: fileURLToPath(new URL('tsconfig.json', ROOT)), ...env }, stdio: ['pipe', 'pipe', 'pipe'],
  })
  running.add(child)
  const texts = { output: '', stdout: '', stderr: '' }
  let changed = () => {}
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]!.setEncoding('utf8').on('data', (text: string) => {
      texts[stream] += text
      texts.output += text
      changed()
    })
  }
  const ended = new Promise<Ended>((resolve) => child.once('close', (code, signal) => {
    running.delete(child)
    resolve({ code, signal, ...texts })
    changed()
  }))
  const until: Program['until'] = async (pattern, deadlineMs = 60_000) => {
    const deadline = Date.now() + deadlineMs
    for (;;) {
      const match = texts.output.match(pattern)
      if (match) return match
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`${script} ended (${child.exitCode ?? child.signalCode}) before it said ${pattern}:\n${texts.output}`)
      if (Date.now() > deadline) throw new Error(`${script} did not say ${pattern} within ${deadlineMs} ms:\n${texts.output}`)
      await new Promise<void>((resolve) => {
        changed = resolve
        setTimeout(resolve, Math.max(1, deadline - Date.now())).unref()
      })
    }
  }
  const stop: Program['stop'] = async (signal = 'SIGTERM', deadlineMs = 20_000) => {
    child.kill(signal)
    return inTime(ended, deadlineMs, () => `${script} did not end within ${deadlineMs} ms of ${signal}:\n${texts.output}`)
  }
  return { child, pid: child.pid!, output: () => texts.output, until, ended, stop }
}

/** Ends what a failed test left running. */
export async function killPrograms(): Promise<void> {
  await Promise.all([...running].map((child) => new Promise((resolve) => {
    child.once('close', resolve)
    child.kill('SIGKILL')
  })))
}

async function inTime<T>(work: Promise<T>, ms: number, why: () => string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  try {
    return await Promise.race([work, new Promise<never>((_, reject) => { timer = setTimeout(() => reject(new Error(why())), ms) })])
  } finally {
    clearTimeout(timer)
  }
}

/** Asks again and again until the answer is one that is wanted. */
export async function poll<T>(ask: () => Promise<T | undefined>, what: string, deadlineMs = 30_000, pauseMs = 20): Promise<T> {
  const deadline = Date.now() + deadlineMs
  for (;;) {
    const answer = await ask().catch(() => undefined)
    if (answer !== undefined) return answer
    if (Date.now() > deadline) throw new Error(`${what}: not within ${deadlineMs} ms`)
    await sleep(pauseMs)
  }
}

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return port
}
