/** `GET /export.{csv,xlsx,json,ndjson}`: everything that the caller may see, filtered, sent as it is read; and the template of imports. */
import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Kysely } from 'kysely'
import type { Database } from '../db/tables.ts'
import { EXPORT_FORMATS, MEDIA_TYPES, writeExport } from '../domain/export/formats.ts'
import { writeTemplate } from '../domain/export/template.ts'
import { EVIDENCE_LEVELS, OPERATIONAL_STATUSES, RECOGNITION_LEVELS } from '../domain/model/document.ts'
import type { ModelFilter } from '../domain/model/filter.ts'
import type { Viewer } from '../domain/viewer.ts'
import { BadUserInputError } from '../errors.ts'
import type { Caller } from '../http.ts'

export interface ExportRoutes {
  db: Kysely<Database>
  viewerOf: (caller: Caller) => Promise<Viewer>
}

const LISTS = ['topicIn', 'settingIn', 'participantIn', 'operationalStatusIn', 'evidenceLevelIn', 'recognitionLevelIn', 'localityIn', 'originLocalityIn', 'replicatedInLocalityIn'] as const
const FLAGS = ['hasResults', 'hasReplications', 'hasCosts'] as const
const VALUES: Partial<Record<(typeof LISTS)[number], readonly string[]>> = { operationalStatusIn: OPERATIONAL_STATUSES, evidenceLevelIn: EVIDENCE_LEVELS, recognitionLevelIn: RECOGNITION_LEVELS }
const KNOWN: readonly string[] = [...LISTS, ...FLAGS, 'startedFrom', 'startedTo', 'drafts']

/** The fields of `ModelFilter` as parameters; lists by commas, or a parameter several times. @throws BadUserInputError for any other */
export function readExportQuery(query: Record<string, unknown>): { filter: ModelFilter | undefined; drafts: boolean } {
  const filter: Record<string, unknown> = {}
  const texts = (name: string): string[] => [query[name] ?? []].flat().flatMap((value) => String(value).split(',')).map((value) => value.trim()).filter(Boolean)
  for (const name of Object.keys(query)) if (!KNOWN.includes(name)) throw new BadUserInputError(`There is no parameter \`${name.slice(0, 60)}\`; there are ${KNOWN.join(', ')}.`)
  const flag = (name: string): boolean => {
    const [value, ...more] = texts(name)
    if ((value === 'true' || value === 'false') && more.length === 0) return value === 'true'
    throw new BadUserInputError(`\`${name}\` must be true or false.`)
  }
  for (const name of LISTS) {
    const values = texts(name)
    const wrong = VALUES[name] && values.find((value) => !VALUES[name]!.includes(value))
    if (wrong !== undefined) throw new BadUserInputError(`\`${name}\`: "${wrong.slice(0, 60)}" is none of ${VALUES[name]!.join(', ')}.`)
    if (values.length > 0) filter[name] = values
  }
  for (const name of FLAGS) if (query[name] !== undefined) filter[name] = flag(name)
  const years = (['startedFrom', 'startedTo'] as const).map((name) => {
    const [value] = texts(name)
    if (value !== undefined && !/^\d{4}$/.test(value)) throw new BadUserInputError(`\`${name}\` must be a year.`)
    return value === undefined ? undefined : Number(value)
  })
  if (years.some((year) => year !== undefined)) filter.startedRange = { from: years[0], to: years[1] }
  const drafts = query.drafts !== undefined && flag('drafts')
  const isFiltered = Object.keys(filter).length > 0
  if (drafts && isFiltered) throw new BadUserInputError('`drafts` gives the working revisions of all that you may edit; it goes with no filter.')
  return { filter: isFiltered ? (filter as ModelFilter) : undefined, drafts }
}

/** Registers the routes; `config` carries their limit of calls. */
export function registerExport(app: FastifyInstance, { db, viewerOf }: ExportRoutes, callerOf: (request: FastifyRequest) => Caller, config: object): void {
  for (const format of EXPORT_FORMATS) {
    app.get(`/export.${format}`, { config }, async (request, reply) => {
      const viewer = await viewerOf(callerOf(request))
      const pieces = writeExport(db, viewer, format, readExportQuery(request.query as Record<string, unknown>))
      return send(reply, `nhan-rong.${format}`, MEDIA_TYPES[format], await begun(pieces))
    })
  }
  app.get('/import-template.xlsx', { config }, async (_request, reply) => send(reply, 'nhan-rong-mau-nhap.xlsx', MEDIA_TYPES.xlsx, Readable.from(await writeTemplate(db))))
}

const send = (reply: FastifyReply, name: string, type: string, body: Readable): FastifyReply =>
  reply.header('content-disposition', `attachment; filename="${name}"`).header('cache-control', 'no-store').type(type).send(body)

/** What is refused is refused before the first byte, with its own status: the first pieces are read first, until one tells of a record. */
async function begun(pieces: AsyncGenerator<string | Buffer>): Promise<Readable> {
  const first: (string | Buffer)[] = []
  for (let n = 0; n < 2; n += 1) {
    const { value, done } = await pieces.next()
    if (done) break
    first.push(value)
  }
  return Readable.from((async function* () {
    yield* first
    yield* pieces
  })(), { objectMode: false })
}
