/**
 * How often one caller may report, whoever they are. Counted in the memory of this process, under a digest that means nothing outside of it:
 * nothing of who reported is written anywhere.
 */
import { RateLimitedError } from '../../errors.ts'

/** A person has that many things to report in an hour; a program has more. */
export const REPORTS_PER_HOUR = 10
/** Of all callers of a process: a curator reads every one. */
const REPORTS_OF_ALL_PER_HOUR = 300
const WINDOW_MS = 3_600_000
/** Beyond this many callers the oldest are forgotten; the limit for all holds anyway. */
const MAX_CALLERS = 10_000

export class ReportAllowance {
  private readonly now: () => number
  private readonly callers = new Map<string, number[]>()
  private all: number[] = []

  constructor(now: () => number = Date.now) {
    this.now = now
  }

  /** Counts one report. @throws RateLimitedError when that is one too many, which counts nothing */
  spend(caller: string): void {
    const now = this.now()
    const recent = (times: readonly number[]): number[] => times.filter((at) => at > now - WINDOW_MS)
    this.all = recent(this.all)
    const own = recent(this.callers.get(caller) ?? [])
    const full = own.length >= REPORTS_PER_HOUR ? own : this.all.length >= REPORTS_OF_ALL_PER_HOUR ? this.all : undefined
    if (full) {
      const seconds = Math.ceil((full[0]! + WINDOW_MS - now) / 1_000)
      throw new RateLimitedError(`At most ${REPORTS_PER_HOUR} reports an hour are taken from one address; go on in ${seconds} s.`, seconds)
    }
    this.all.push(now)
    this.callers.delete(caller)
    this.callers.set(caller, [...own, now])
    if (this.callers.size > MAX_CALLERS) this.callers.delete(this.callers.keys().next().value!)
  }
}
