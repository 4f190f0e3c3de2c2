/** Mistakes in seed files: where each stands, what is wrong and what to do, all of all files at once. */
import { damerau } from '../server/search/spelling.ts'

export interface SeedProblem { file: string; line: number | null; /** Such as `results[2].unit`; '' = the file as a whole. */ field: string; message: string }

/** Every mistake found in the seed files, one a line: `file:line field: what is wrong; what to do`. */
export class SeedFileError extends Error {
  readonly problems: readonly SeedProblem[]

  constructor(problems: readonly SeedProblem[]) {
    const sorted = [...problems].sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : (a.line ?? 0) - (b.line ?? 0)))
    super(`${sorted.length === 1 ? 'A mistake' : `${sorted.length} mistakes`} in the seed files:\n${sorted.map(describeProblem).join('\n')}`)
    this.name = 'SeedFileError'
    this.problems = sorted
  }
}

export function describeProblem({ file, line, field, message }: SeedProblem): string {
  return `${file}${line === null ? '' : `:${line}`}${field === '' ? '' : ` ${field}`}: ${message}`
}

/** `["results", 2, "unit"]` → `results[2].unit`. */
export function fieldName(path: readonly PropertyKey[]): string {
  return path.map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i === 0 ? '' : '.'}${String(part)}`)).join('')
}

/** The allowed word that was most likely meant; null when none is near. */
export function nearest(word: string, allowed: Iterable<string>): string | null {
  const wanted = word.toLowerCase()
  let best: { word: string; distance: number } | null = null
  for (const candidate of allowed) {
    const lower = candidate.toLowerCase()
    const limit = Math.max(2, Math.ceil(Math.max(lower.length, wanted.length) / 3))
    const distance = lower === wanted ? 0 : damerau(wanted, lower, limit)
    if (distance <= limit && (best === null || distance < best.distance)) best = { word: candidate, distance }
  }
  return best?.word ?? null
}

/** What to do about an unknown word: the nearest allowed one, or all of them when they are few. */
export function suggestion(word: string, allowed: readonly string[], otherwise: string): string {
  const near = nearest(word, allowed)
  if (near !== null) return `did you mean "${near}"?`
  return allowed.length > 0 && allowed.length <= 12 ? `use one of: ${allowed.join(', ')}` : otherwise
}
