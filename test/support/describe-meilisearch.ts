/** Groups of tests that need a real Meilisearch. */
import { describe } from 'vitest'
import { NO_MEILISEARCH } from './meilisearch.ts'

/** A group of tests against the real engine; it is named with the reason when it is skipped. */
export function describeMeilisearch(name: string, work: () => void, reason = NO_MEILISEARCH): void {
  describe.skipIf(reason !== undefined)(reason === undefined ? name : `${name} (skipped: ${reason})`, work)
}
