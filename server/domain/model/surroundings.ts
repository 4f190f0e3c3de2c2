/** What the evidence of models depends on besides their own documents: rules, sources, provinces, and results that others credit to them. */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../../db/tables.ts'
import { ValidationError, type ValidationIssue } from '../../errors.ts'
import type { ModelDocument, Result } from './document.ts'
import { createEvidenceAssessor, type CitedSource, type EvidenceFindings } from './evidence.ts'
import { EVIDENCE_RULES_SETTING, evidenceRules, FIRST_EVIDENCE_RULES, type EvidenceRules } from './evidence-rules.ts'
import { PARTS, type Part } from './parts.ts'
import { creditsOf, readRedirects, type Redirects } from './redirect.ts'

/** The rules in force: those kept in `setting`, else the first set. */
export async function readEvidenceRules(db: Kysely<Database>): Promise<EvidenceRules> {
  const kept = await db.selectFrom('setting').select('value').where('key', '=', EVIDENCE_RULES_SETTING).executeTakeFirst()
  return kept === undefined ? FIRST_EVIDENCE_RULES : evidenceRules.parse(kept.value)
}

/** A document that is, or is about to be, the published one. */
export interface Held { id: string; document: ModelDocument }
export interface Assessed extends Held { findings: EvidenceFindings }
export interface Assessment {
  /** In order of the batch. */
  batch: Assessed[]
  /** Other published models whose evidence or number of results may change with the batch, since it credits, or credited, results to them. */
  others: Assessed[]
}

/**
 * Assesses a batch as if it were published already, and whoever its results were or are credited to. Read it before the batch's tables
 * are rewritten.
 */
export async function assess(db: Kysely<Database>, batch: readonly Held[]): Promise<Assessment> {
  const redirects = await readRedirects(db, batch.map(({ document }) => document))
  const { others, outsideCredits, outsiders } = await readCredits(db, batch, redirects)
  const documents = new Map([...batch, ...outsiders].map(({ id, document }) => [id, document]))
  const credits = new Map<string, Result[]>()
  const credit = (modelId: string, result: Result): void => void credits.set(modelId, [...(credits.get(modelId) ?? []), result])
  for (const { id: owner, document } of batch) for (const result of document.results) for (const id of creditsOf(owner, result, redirects)) credit(id, result)
  for (const { target, owner, resultId } of outsideCredits) {
    const result = documents.get(owner)?.results.find((r) => r.id === resultId)
    if (result !== undefined) credit(target, result)
  }

  const sources = await readSources(db, documents.values())
  assertSourcesKnown(batch, sources)
  const provinces = await readProvinces(db, [...documents.values()])
  const assessor = createEvidenceAssessor(await readEvidenceRules(db))
  const judge = ({ id, document }: Held): Assessed => ({
    id, document,
    findings: assessor(document, { source: (sourceId) => sources.get(sourceId), provinceOf: (localityId) => provinces.get(localityId), creditedFromOthers: credits.get(id) ?? [] }),
  })
  return { batch: batch.map(judge), others: outsiders.filter(({ id }) => others.has(id)).map(judge) }
}

interface OutsideCredit { target: string; owner: string; resultId: string }

async function readCredits(db: Kysely<Database>, batch: readonly Held[], redirects: Redirects): Promise<{ others: Set<string>; outsideCredits: OutsideCredit[]; outsiders: Held[] }> {
  const ids = batch.map((b) => b.id)
  const now = [...new Set(batch.flatMap(({ id, document }) => document.results.flatMap((r) => creditsOf(id, r, redirects))))]
  const { rows } = await sql<{ target: string; owner: string | null; resultId: string | null }>`
    with targets as (
      select m.id from model m where m.id = any(${ids}::uuid[]) or m.id = any(${now}::uuid[])
        or m.id in (select c.model_id from result r join result_credit c on c.result_id = r.id where r.model_id = any(${ids}::uuid[]))
      union select unnest(${ids}::uuid[])
    )
    select t.id as target, c.owner, c.result_id as "resultId"
    from targets t left join (
      select c.model_id, r.model_id as owner, c.result_id from result_credit c join result r on r.id = c.result_id
      where r.model_id <> c.model_id and not r.model_id = any(${ids}::uuid[])
    ) c on c.model_id = t.id order by 1, 2, 3`.execute(db)
  const own = new Set(ids)
  const others = new Set(rows.map((row) => row.target).filter((id) => !own.has(id)))
  const outsideCredits = rows.filter((row): row is OutsideCredit => row.owner !== null && row.resultId !== null)
  return { others, outsideCredits, outsiders: await readPublished(db, [...new Set([...others, ...outsideCredits.map((c) => c.owner)])]) }
}

/** The published documents of these models; one that is not published has none. */
export async function readPublished(db: Kysely<Database>, ids: readonly string[]): Promise<Held[]> {
  if (ids.length === 0) return []
  const { rows } = await sql<Held>`
    select m.id, r.document from model m join model_revision r on r.model_id = m.id and r.revision = m.revision where m.id = any(${[...ids]}::uuid[]) order by m.id`.execute(db)
  return rows
}

async function readSources(db: Kysely<Database>, documents: Iterable<ModelDocument>): Promise<Map<string, CitedSource>> {
  const ids = new Set<string>()
  for (const document of documents) for (const { sourceId } of citedSources(document)) ids.add(sourceId)
  if (ids.size === 0) return new Map()
  const rows = await db.selectFrom('source').select(['id', 'title', 'publisher', 'url']).where(sql<boolean>`id = any(${[...ids]}::uuid[])`).execute()
  return new Map(rows.map((row) => [row.id, row]))
}

/** @throws ValidationError when the document cites a source that does not exist */
export async function checkSourcesNamed(db: Kysely<Database>, held: Held): Promise<void> {
  assertSourcesKnown([held], await readSources(db, [held.document]))
}

/** Every place in the document that names a source, with its path. */
function citedSources(document: ModelDocument): { sourceId: string; path: (string | number)[] }[] {
  const found: { sourceId: string; path: (string | number)[] }[] = document.sources.map(({ sourceId }, i) => ({ sourceId, path: ['sources', i] }))
  const look = (citations: Part['citations'], path: (string | number)[]): void => citations?.forEach(({ sourceId }, i) => found.push({ sourceId, path: [...path, 'citations', i] }))
  look(document.citations, [])
  for (const { of, table } of PARTS) of(document).forEach((part, i) => look(part.citations, [table, i]))
  return found
}

function assertSourcesKnown(batch: readonly Held[], sources: ReadonlyMap<string, CitedSource>): void {
  const issues: ValidationIssue[] = batch.flatMap(({ document }) => citedSources(document).filter(({ sourceId }) => !sources.has(sourceId)).map(({ sourceId, path }) => ({
    path, code: 'UNKNOWN_SOURCE', message: `No source has the id ${sourceId}.`,
  })))
  if (issues.length > 0) throw new ValidationError(`${issues.length} citations name a source that does not exist.`, issues)
}

/** Today's province of each place: provinces that have merged since count as one, so that no spread looks wider than it can be shown to be. */
async function readProvinces(db: Kysely<Database>, documents: readonly ModelDocument[]): Promise<Map<string, string>> {
  const places = new Set<string>()
  for (const document of documents) for (const { localityId } of [document.origin, ...document.replications, ...document.results]) if (localityId !== null) places.add(localityId)
  if (places.size === 0) return new Map()
  const { rows } = await sql<{ place: string; province: string }>`
    select distinct on (c.place_id) c.place_id as place, l.id as province from locality_cover c join locality l on l.id = c.locality_id
    where c.place_id = any(${[...places]}::uuid[]) and l.level = 'PROVINCE' and l.valid_until is null order by c.place_id, c.is_whole desc, l.slug`.execute(db)
  return new Map(rows.map((row) => [row.place, row.province]))
}
