/** Which values of a document nobody wrote: what is looked through for personal data, and what it is erased from, is the same. */

/** Ids, keys, addresses, dates, and names of enum values: given by the program, or checked against a list. */
const GIVEN: ReadonlySet<string> = new Set([
  'id', 'url', 'topics', 'settings', 'participants', 'alsoCreditedTo', 'creditedTo', 'locality', 'model', 'expectedRevision', 'currency', 'precision', 'field', 'kind', 'status', 'spread', 'confidence', 'qualifier', 'countingUnit', 'attribution', 'effect',
  'level', 'decision', 'operationalStatus', 'code', 'severity', 'verdict', 'date', 'dateTo', 'asOf', 'usedSince',
])
export const isGiven = (field: string): boolean => GIVEN.has(field) || /(?:Id|Key|On|At)$/.test(field)

/** `from` and `to` of a period are dates; those of a lineage are bodies and places in words. */
export const isDate = (text: string): boolean => /^\d{4}(?:-\d\d){0,2}$/.test(text)
