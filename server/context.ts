/** What every resolver gets: handles and facts of this one request, nothing that decides anything. */
import type { Kysely } from 'kysely'
import type { Database } from './db/tables.ts'
import type { Viewer } from './domain/viewer.ts'
import type { SearchEngine } from './search/engine.ts'

export interface Context {
  db: Kysely<Database>
  viewer: Viewer
  search: SearchEngine
  config: {
    /** Where this installation is reached, without a trailing slash; `Model.url` starts with it. */
    publicUrl: string
  }
  requestId: string
  /** Digest of the caller's address under a secret of this process: to count by, and nothing else. Nobody can tell the address from it. */
  callerKey?(): string
}
