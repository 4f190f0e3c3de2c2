/**
 * The way of a record, as a pure table: which step leads from which state to which. The state is that of the working (latest) revision;
 * what is published stays readable until `PUBLISH`, `ARCHIVE` or `MERGE`.
 */
import type { EditorialState } from '../../db/tables.ts'
import type { Right } from './policy.ts'

export const EDITORIAL_STATES = ['DRAFT', 'SUBMITTED', 'IN_REVIEW', 'CHANGES_REQUESTED', 'APPROVED', 'PUBLISHED', 'ARCHIVED', 'REJECTED', 'MERGED'] as const satisfies readonly EditorialState[]
/** Out of every list and count; a record in one of these is seen by those who may edit it, and only by its id. */
export const HIDDEN_STATES = ['ARCHIVED', 'MERGED', 'REJECTED'] as const satisfies readonly EditorialState[]

export const STEPS = ['CREATE', 'EDIT', 'RESTORE', 'SUBMIT', 'START_REVIEW', 'REQUEST_CHANGES', 'APPROVE', 'PUBLISH', 'REJECT', 'ARCHIVE', 'MERGE', 'UNDO_MERGE'] as const
export type Step = (typeof STEPS)[number]
/** The steps that a person takes on a record that stands and whose document they leave as it is. */
export type Transition = Extract<Step, 'SUBMIT' | 'START_REVIEW' | 'REQUEST_CHANGES' | 'APPROVE' | 'PUBLISH' | 'REJECT' | 'ARCHIVE'>

interface Rule { right: Right; needsReason: boolean; ways: Partial<Record<EditorialState, EditorialState>> }

/** Whatever was handed in or approved was another revision: an edit takes it back to a draft. Only asked-for changes stay asked for. */
const EDITS = { DRAFT: 'DRAFT', CHANGES_REQUESTED: 'CHANGES_REQUESTED', SUBMITTED: 'DRAFT', IN_REVIEW: 'DRAFT', APPROVED: 'DRAFT', PUBLISHED: 'DRAFT' } as const
const RULES: Record<Transition | 'EDIT' | 'RESTORE', Rule> = {
  EDIT: { right: 'EDIT', needsReason: false, ways: EDITS },
  RESTORE: { right: 'EDIT', needsReason: false, ways: { ...EDITS, ARCHIVED: 'DRAFT', REJECTED: 'DRAFT' } },
  SUBMIT: { right: 'EDIT', needsReason: false, ways: { DRAFT: 'SUBMITTED', CHANGES_REQUESTED: 'SUBMITTED' } },
  START_REVIEW: { right: 'REVIEW', needsReason: false, ways: { SUBMITTED: 'IN_REVIEW' } },
  REQUEST_CHANGES: { right: 'REVIEW', needsReason: true, ways: { SUBMITTED: 'CHANGES_REQUESTED', IN_REVIEW: 'CHANGES_REQUESTED', APPROVED: 'CHANGES_REQUESTED' } },
  APPROVE: { right: 'REVIEW', needsReason: false, ways: { SUBMITTED: 'APPROVED', IN_REVIEW: 'APPROVED' } },
  PUBLISH: { right: 'REVIEW', needsReason: false, ways: { APPROVED: 'PUBLISHED' } },
  REJECT: { right: 'REVIEW', needsReason: true, ways: { DRAFT: 'REJECTED', SUBMITTED: 'REJECTED', IN_REVIEW: 'REJECTED', CHANGES_REQUESTED: 'REJECTED', APPROVED: 'REJECTED' } },
  ARCHIVE: {
    right: 'REVIEW', needsReason: true,
    ways: { DRAFT: 'ARCHIVED', SUBMITTED: 'ARCHIVED', IN_REVIEW: 'ARCHIVED', CHANGES_REQUESTED: 'ARCHIVED', APPROVED: 'ARCHIVED', PUBLISHED: 'ARCHIVED', REJECTED: 'ARCHIVED' },
  },
}

/** Where the step leads from here, or undefined when it cannot be taken. Rejecting the next revision of a published record leaves what is published. */
export function nextState(step: keyof typeof RULES, from: EditorialState, isPublished: boolean): EditorialState | undefined {
  const to = RULES[step].ways[from]
  return step === 'REJECT' && to !== undefined && isPublished ? 'PUBLISHED' : to
}

export const needsReason = (step: keyof typeof RULES): boolean => RULES[step].needsReason
/** The states that the step can be taken from. */
export const statesBefore = (step: keyof typeof RULES): EditorialState[] => Object.keys(RULES[step].ways) as EditorialState[]
/** What it takes. To bring back what reviewers took away is a reviewer's step. */
export const rightFor = (step: keyof typeof RULES, from: EditorialState): Right => (step === 'RESTORE' && (from === 'ARCHIVED' || from === 'REJECTED') ? 'REVIEW' : RULES[step].right)
