/** Inputs of writes, read by zod: all faults at once, as the contract tells them. */
import type { z } from 'zod'
import { ValidationError, type ValidationIssue } from '../errors.ts'

/** The input in its parsed form. @throws ValidationError with every fault, its path beginning inside the input */
export function parseInput<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  throw invalid(parsed.error.issues.map(({ path, code, message, ...more }) => (
    { path: path.map((part) => (typeof part === 'number' ? part : String(part))), code: codeOf(code, more), message })))
}

/** @throws ValidationError unless there are no issues */
export function assertValid(issues: readonly ValidationIssue[]): void {
  if (issues.length > 0) throw invalid(issues)
}

/** One error for all that is wrong. */
export const invalid = (issues: readonly ValidationIssue[]): ValidationError =>
  new ValidationError(`The input has ${issues.length === 1 ? 'a fault' : `${issues.length} faults`}: ${issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join(' ')}`, [...issues])

/** A rule of ours names its code as `params.code`; zod's own become SCREAMING. */
function codeOf(code: string, more: object): string {
  return (more as { params?: { code?: string } }).params?.code ?? (code === 'custom' ? 'NOT_ALLOWED' : code.toUpperCase())
}
