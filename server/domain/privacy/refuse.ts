/** What the gate finds, as faults of an input. */
import { ValidationError, type ValidationIssue } from '../../errors.ts'
import { type Finding, inspectPersonalData, isRefused } from './gate.ts'

type Path = readonly (string | number)[]

/** The fault, with the place in the text and what to do; the text itself is not said again. */
export const issueOf = ({ path, start, end, reason, kind }: Finding, toInput: (path: Path) => Path = (same) => same): ValidationIssue =>
  ({ path: [...toInput(path)], code: isRefused({ kind }) ? 'PERSONAL_DATA' : 'PERSONAL_NAME', message: `Ký tự ${start + 1}–${end}: ${reason}` })

/** Faults for all that cannot be kept at all. @param toInput where in the input a field came from */
export function refusedIn(document: unknown, toInput?: (path: Path) => Path): ValidationIssue[] {
  return inspectPersonalData(document, { onlyIdentifiers: true }).map((finding) => issueOf(finding, toInput))
}

/** @throws ValidationError with all that cannot be kept at all */
export function assertNoIdentifiers(document: unknown): void {
  const issues = refusedIn(document)
  if (issues.length > 0) throw new ValidationError(`${issues.length} texts hold personal data; the first: ${issues[0]!.message}`, issues)
}
