/** How far a long command has come: a bar on a terminal, else a line now and then. On standard error, so that results can be piped. */
import { progress } from '@clack/prompts'

/** Lines are written at most this often. */
const LINE_MS = 5000

export interface Progress {
  set(done: number, total: number): void
  /** Something to know meanwhile. */
  note(message: string): void
  end(message: string): void
  fail(message: string): void
}

export function startProgress(what: string, out: NodeJS.WriteStream = process.stderr): Progress {
  if (!out.isTTY) {
    const line = (text: string): void => void out.write(`${what}: ${text}\n`)
    let toldAt = performance.now()
    return {
      set(done, total) {
        if (performance.now() - toldAt < LINE_MS) return
        toldAt = performance.now()
        line(`${done.toLocaleString('en')} of ${total.toLocaleString('en')}`)
      },
      note: line,
      end: line,
      fail: line,
    }
  }
  const bar = progress({ max: 100, output: out })
  bar.start(what)
  let percent = 0
  return {
    set(done, total) {
      const now = total === 0 ? 100 : Math.floor((100 * done) / total)
      bar.advance(now - percent, `${what}: ${done.toLocaleString('en')} of ${total.toLocaleString('en')}`)
      percent = now
    },
    note: (message) => bar.message(`${what}: ${message}`),
    end: (message) => bar.stop(`${what}: ${message}`),
    fail: (message) => bar.error(`${what}: ${message}`),
  }
}
