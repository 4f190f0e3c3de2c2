/** The errors that callers are told of: each class has a stable `code` of the public contract. Anything else is masked. */

export type ErrorCode =
  | 'BAD_USER_INPUT'
  | 'QUERY_TOO_DEEP'
  | 'QUERY_TOO_COSTLY'
  | 'TOO_MANY_TOKENS'
  | 'TOO_MANY_ALIASES'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'CONFLICT'
  | 'VALIDATION_FAILED'
  | 'RATE_LIMITED'
  | 'TIMEOUT'
  | 'SERVICE_UNAVAILABLE'
  | 'INTERNAL_SERVER_ERROR'

/** Base of every error whose message is meant for the caller. */
export abstract class AppError extends Error {
  abstract readonly code: ErrorCode

  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = new.target.name
  }
}

/** An argument that the contract refuses; the message says what is allowed. */
export class BadUserInputError extends AppError {
  readonly code = 'BAD_USER_INPUT'
}

export class UnauthenticatedError extends AppError {
  readonly code = 'UNAUTHENTICATED'
}

export class ForbiddenError extends AppError {
  readonly code = 'FORBIDDEN'
}

export class NotFoundError extends AppError {
  readonly code = 'NOT_FOUND'
}

/** The record was changed by someone else since the caller read it. */
export class ConflictError extends AppError {
  readonly code = 'CONFLICT'
}

export interface ValidationIssue {
  /** Where in the input, from the outside in. */
  path: (string | number)[]
  code: string
  message: string
}

/** An input that was understood but breaks rules: all of them at once. */
export class ValidationError extends AppError {
  readonly code = 'VALIDATION_FAILED'
  readonly issues: ValidationIssue[]

  constructor(message: string, issues: ValidationIssue[], options?: { cause?: unknown }) {
    super(message, options)
    this.issues = issues
  }
}

export class RateLimitedError extends AppError {
  readonly code = 'RATE_LIMITED'
  readonly retryAfterSeconds: number

  constructor(message: string, retryAfterSeconds: number) {
    super(message)
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** Something took longer than its deadline and was given up. */
export class TimeoutError extends AppError {
  readonly code = 'TIMEOUT'
}

/** A part that the answer needs is away; the same call may succeed later. */
export class ServiceUnavailableError extends AppError {
  readonly code = 'SERVICE_UNAVAILABLE'
}

/**
 * The program cannot start or go on as it is set up. For whoever runs it, never for a caller of the API: the message says what is
 * wrong and what to do, so commands print it without a stack.
 */
export class StartupError extends Error {
  readonly code = 'STARTUP_FAILED'

  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = new.target.name
  }
}
