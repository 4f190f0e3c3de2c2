/** Looks a place up by halves. */

/** The first number from `low` on that `isBefore` doesn't hold for, `high` when there is none; those that it holds for come first. */
export function lowerBound(low: number, high: number, isBefore: (at: number) => boolean): number {
  while (low < high) {
    const middle = (low + high) >> 1
    if (isBefore(middle)) low = middle + 1
    else high = middle
  }
  return low
}
