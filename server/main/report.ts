/** What a person sees who starts the server: what is being done, and at the end where to ask what. */
import { spinner } from '@clack/prompts'
import { ConfigError } from '../config.ts'
import { AppError, StartupError } from '../errors.ts'
import { SeedFileError } from '../../seed/problems.ts'
import type { SearchStatus } from '../search/engine.ts'

/** Shown at the start, on the first page and in the IDE. */
export const EXAMPLE_QUERY = `# Mô hình nào giúp người hoàn lương? / Which models help former offenders?
{
  searchModels(query: "huong thien", first: 3) {
    totalCount
    nodes {
      name
      summary
      origin { placeAsWritten startedOn }
      results(first: 2) { nodes { statement citations { source { title url } } } }
    }
  }
}
`
const CURL_QUERY = '{ searchModels(query: \\"huong thien\\", first: 3) { totalCount nodes { name } } }'

export interface Ready { address: string; models: number; search: SearchStatus }
export interface StartReporter {
  /** Runs a part of the start; on a terminal with a spinner, else with a line when it takes long enough to be noticed. */
  step<T>(what: string, work: (tell: (message: string) => void) => Promise<T>): Promise<T>
  ready(told: Ready): void
}

const SECONDS = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 })

export function startReporter(out: NodeJS.WriteStream = process.stderr): StartReporter {
  const started = performance.now()
  const since = () => `${SECONDS.format((performance.now() - started) / 1000)} s`
  const line = (text: string) => void out.write(`${text}\n`)
  return {
    async step(what, work) {
      if (!out.isTTY) return work((message) => line(`  ${since().padStart(7)}  ${message}`))
      const shown = spinner({ output: out })
      shown.start(what)
      try {
        const result = await work((message) => shown.message(`${what}: ${message}`))
        shown.stop(`${what}: done after ${since()}`)
        return result
      } catch (error) {
        shown.error(`${what}: failed`)
        throw error
      }
    },
    ready({ address, models, search }) {
      const lines = [
        `Nhân Rộng serves ${models.toLocaleString('en')} models, ready after ${since()}.`,
        '',
        `  GraphQL   ${address}/graphql`,
        `  IDE       ${address}/ide`,
        `  Search    ${search.isDegraded ? `Postgres, because Meilisearch is not usable yet: ${search.reason}` : search.engine === 'MEILISEARCH' ? 'Meilisearch' : 'Postgres'}${search.meaning ? `; meaning by ${search.meaning.model}` : ''}`,
        '',
        '  One query to try:',
        `  curl ${address}/graphql -H 'content-type: application/json' -d '{"query":"${CURL_QUERY}"}'`,
        '',
      ]
      line(lines.join('\n'))
    },
  }
}

/** Planned faults say what to do; anything else is a bug, and its trace is wanted. */
export function explainStartup(error: unknown): string {
  const isPlanned = error instanceof ConfigError || error instanceof StartupError || error instanceof SeedFileError || error instanceof AppError
  if (isPlanned) return error.message
  return `The server could not start, and nobody planned for the reason:\n${error instanceof Error ? error.stack : String(error)}`
}
