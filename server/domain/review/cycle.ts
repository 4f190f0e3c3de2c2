/** The movement's reporting year: it runs from 15/11 to 14/11 and is called by the year that it ends in (Circular 124/2021/TT-BCA). Pure. */

const FIRST_DAY = '11-15'
/** Vietnam has one clock, seven hours ahead of UTC, without summer time. */
const UTC_OFFSET_MS = 7 * 3_600_000

/** The cycle that a day (`2026-11-14`) lies in: 2026. */
export const cycleOfDay = (day: string): number => Number(day.slice(0, 4)) + (day.slice(5) >= FIRST_DAY ? 1 : 0)

/** The cycle at a moment, by the calendar of Vietnam. */
export const cycleAt = (at: Date): number => cycleOfDay(new Date(at.getTime() + UTC_OFFSET_MS).toISOString().slice(0, 10))
