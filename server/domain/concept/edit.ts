/** The thesaurus as curators keep it. Queries are read with it at once, and records that a change concerns are tagged again. */
import { sql, type Kysely } from 'kysely'
import { z } from 'zod'
import type { ConceptKind, Database } from '../../db/tables.ts'
import { ConflictError, NotFoundError, type ValidationIssue } from '../../errors.ts'
import { newId } from '../ids.ts'
import { assertValid, parseInput } from '../input.ts'
import { key, label, once, words } from '../term/words.ts'
import type { SignedInViewer } from '../viewer.ts'
import { changeVocabulary, type Trying, type VocabularyChanged } from '../vocabulary.ts'

export const CONCEPT_KINDS = ['PROBLEM', 'TOPIC', 'SETTING', 'PARTICIPANT', 'MEANS', 'ACTIVITY'] as const satisfies readonly ConceptKind[]

const links = z.array(key).max(50, 'At most 50.').transform((list) => [...new Set(list)])
const termIds = z.array(z.string()).max(50, 'At most 50.').transform((list) => [...new Set(list)])
const changedConcept = z.object({
  labelVi: label.optional(), labelEn: label.optional(), synonyms: words.optional(), dialect: words.optional(), english: words.optional(), broader: links.optional(), related: links.optional(),
  sameTermId: z.string().nullable().optional(), leadsToTermIds: termIds.optional(),
})
const newConcept = changedConcept.extend({ key, kind: z.enum(CONCEPT_KINDS), labelVi: label, labelEn: label })

interface Concept { id: string; key: string; kind: ConceptKind; label_vi: string; label_en: string; synonyms: string[]; dialect: string[]; english: string[]; merged_into: string | null }

/** @throws ValidationError KEY_TAKEN, also for the key of one that went into another */
export const createConcept = (db: Kysely<Database>, viewer: SignedInViewer, { dryRun, reason, ...input }: z.input<typeof newConcept> & Trying): Promise<VocabularyChanged> =>
  changeVocabulary(db, viewer, 'CONCEPT_CREATED', 'concept', { dryRun, reason }, async (trx) => {
    const given = parseInput(newConcept, input)
    const id = newId()
    const { rows } = await sql`insert into concept (id, key, kind, label_vi, label_en) values (${id}::uuid, ${given.key}, ${given.kind}, ${given.labelVi}, ${given.labelEn}) on conflict (key) do nothing returning id`.execute(trx)
    if (rows.length === 0) assertValid([{ path: ['key'], code: 'KEY_TAKEN', message: `The thesaurus has, or had, the key "${given.key}".` }])
    await write(trx, await lockConcept(trx, given.key), given)
    return { id, details: { key: given.key } }
  })

/** Undefined keeps; lists that are given replace those that are there. */
export const updateConcept = (db: Kysely<Database>, viewer: SignedInViewer, { key: of, dryRun, reason, ...input }: { key: string } & z.input<typeof changedConcept> & Trying): Promise<VocabularyChanged> =>
  changeVocabulary(db, viewer, 'CONCEPT_UPDATED', 'concept', { dryRun, reason }, async (trx) => {
    const given = parseInput(changedConcept, input)
    const before = await lockConcept(trx, of)
    await write(trx, before, given)
    return { id: before.id, details: { key: of, from: { labelVi: before.label_vi, synonyms: before.synonyms, dialect: before.dialect, english: before.english }, given } }
  })

/** One concept goes into another: its words say the other, and what was a case of it is a case of the other. Its key stays taken. */
export const mergeConcepts = (db: Kysely<Database>, viewer: SignedInViewer, { sourceKey, targetKey, dryRun, reason }: { sourceKey: string; targetKey: string } & Trying): Promise<VocabularyChanged> =>
  changeVocabulary(db, viewer, 'CONCEPT_MERGED', 'concept', { dryRun, reason }, async (trx) => {
    if (sourceKey === targetKey) assertValid([{ path: ['sourceKey'], code: 'TO_ITSELF', message: 'A concept cannot go into itself.' }])
    const [source, target] = [await lockConcept(trx, sourceKey), await lockConcept(trx, targetKey)]
    const without = (list: readonly string[], ...said: string[]): string[] => once(list).filter((text) => !said.some((one) => one.toLowerCase() === text.toLowerCase()))
    await sql`update concept set updated_at = now(), synonyms = ${without([...target.synonyms, source.label_vi, ...source.synonyms], target.label_vi)}::text[], dialect = ${once([...target.dialect, ...source.dialect])}::text[],
      english = ${without([...target.english, source.label_en, ...source.english], target.label_en)}::text[] where id = ${target.id}::uuid`.execute(trx)
    await sql`insert into concept_relation (concept_id, to_id, kind)
      select ${target.id}::uuid, to_id, kind from concept_relation where concept_id = ${source.id}::uuid and to_id <> ${target.id}::uuid union select concept_id, ${target.id}::uuid, kind from concept_relation where to_id = ${source.id}::uuid and concept_id <> ${target.id}::uuid
      on conflict do nothing`.execute(trx)
    await sql`insert into concept_term (concept_id, term_id, is_same) select ${target.id}::uuid, term_id, false from concept_term where concept_id = ${source.id}::uuid on conflict do nothing`.execute(trx)
    const { rows: same } = await sql<{ term_id: string }>`select term_id from concept_term where concept_id = ${source.id}::uuid and is_same`.execute(trx)
    await sql`delete from concept_relation where concept_id = ${source.id}::uuid or to_id = ${source.id}::uuid`.execute(trx)
    await sql`delete from concept_term where concept_id = ${source.id}::uuid`.execute(trx)
    // What the source was, the target is now.
    for (const { term_id } of same) await sql`update concept_term set is_same = true where concept_id = ${target.id}::uuid and term_id = ${term_id}::uuid`.execute(trx)
    await sql`update concept set merged_into = ${target.id}::uuid, updated_at = now() where id = ${source.id}::uuid or merged_into = ${source.id}::uuid`.execute(trx)
    await assertNoCircle(trx, target, ['targetKey'])
    return { id: target.id, details: { from: sourceKey, into: targetKey } }
  })

async function lockConcept(trx: Kysely<Database>, of: string): Promise<Concept> {
  const { rows } = await sql<Concept & { into: string | null }>`select c.*, (select n.key from concept as n where n.id = c.merged_into) as into from concept as c where c.key = ${of.replaceAll('\0', '')} for update of c`.execute(trx)
  const concept = rows[0]
  if (concept === undefined) throw new NotFoundError(`The thesaurus has no concept with the key ${JSON.stringify(of.slice(0, 60))}.`)
  if (concept.into !== null) throw new ConflictError(`"${of}" went into "${concept.into}"; change that one.`)
  return concept
}

async function write(trx: Kysely<Database>, before: Concept, given: z.output<typeof changedConcept>): Promise<void> {
  const { id } = before
  await sql`update concept set label_vi = ${given.labelVi ?? before.label_vi}, label_en = ${given.labelEn ?? before.label_en}, synonyms = ${given.synonyms ?? before.synonyms}::text[], dialect = ${given.dialect ?? before.dialect}::text[],
    english = ${given.english ?? before.english}::text[], updated_at = now() where id = ${id}::uuid`.execute(trx)
  for (const [field, kind] of [['broader', 'BROADER'], ['related', 'RELATED']] as const) if (given[field] !== undefined) await writeRelations(trx, before, field, kind, given[field])
  if (given.sameTermId !== undefined || given.leadsToTermIds !== undefined) await writeTerms(trx, id, given)
  await assertNoCircle(trx, before, ['broader'])
}

async function writeRelations(trx: Kysely<Database>, { id, key: own }: Concept, field: string, kind: string, keys: readonly string[]): Promise<void> {
  const { rows } = await sql<{ key: string; id: string }>`select key, id from concept where key = any(${[...keys]}::text[]) and merged_into is null`.execute(trx)
  const ids = new Map(rows.map((row) => [row.key, row.id]))
  assertValid(keys.flatMap((one, i): ValidationIssue[] => [
    ...(ids.has(one) ? [] : [{ path: [field, i], code: 'UNKNOWN_CONCEPT', message: `The thesaurus has no concept "${one}".` }]),
    ...(one === own ? [{ path: [field, i], code: 'TO_ITSELF', message: 'Is this very concept.' }] : []),
  ]))
  await sql`delete from concept_relation where concept_id = ${id}::uuid and kind = ${kind}`.execute(trx)
  await sql`insert into concept_relation (concept_id, to_id, kind) select ${id}::uuid, one, ${kind} from unnest(${[...ids.values()]}::uuid[]) as one on conflict (concept_id, to_id) do update set kind = excluded.kind`.execute(trx)
}

async function writeTerms(trx: Kysely<Database>, id: string, { sameTermId, leadsToTermIds }: z.output<typeof changedConcept>): Promise<void> {
  const named = [...(sameTermId == null ? [] : [sameTermId]), ...(leadsToTermIds ?? [])]
  const { rows } = await sql<{ id: string; holder: string | null }>`select t.id, (select c.key from concept_term as x join concept as c on c.id = x.concept_id where x.term_id = t.id and x.is_same and x.concept_id <> ${id}::uuid) as holder from term as t where t.id = any(${named}::uuid[]) and t.merged_into is null`.execute(trx)
  const known = new Map(rows.map((row) => [row.id, row.holder]))
  const holder = sameTermId == null ? null : known.get(sameTermId)
  assertValid([
    ...(sameTermId != null && !known.has(sameTermId) ? [{ path: ['sameTermId'], code: 'UNKNOWN_TERM', message: 'There is no such word of a vocabulary.' }] : []),
    ...(holder ? [{ path: ['sameTermId'], code: 'SAME_TAKEN', message: `The concept "${holder}" is that word already; lead to it by \`leadsToTermIds\`, or merge the two.` }] : []),
    ...(leadsToTermIds ?? []).flatMap((one, i) => (known.has(one) ? [] : [{ path: ['leadsToTermIds', i], code: 'UNKNOWN_TERM', message: 'There is no such word of a vocabulary.' }])),
  ])
  if (leadsToTermIds !== undefined) await sql`delete from concept_term where concept_id = ${id}::uuid and not is_same`.execute(trx)
  if (sameTermId !== undefined) await sql`delete from concept_term where concept_id = ${id}::uuid and is_same`.execute(trx)
  if (sameTermId != null) await sql`insert into concept_term (concept_id, term_id, is_same) values (${id}::uuid, ${sameTermId}::uuid, true) on conflict (concept_id, term_id) do update set is_same = true`.execute(trx)
  await sql`insert into concept_term (concept_id, term_id, is_same) select ${id}::uuid, one, false from unnest(${[...(leadsToTermIds ?? [])]}::uuid[]) as one on conflict do nothing`.execute(trx)
}

/** What is a case of something else must not be what that is a case of. */
async function assertNoCircle(trx: Kysely<Database>, { id, key: own }: Concept, path: string[]): Promise<void> {
  const { rows } = await sql`with recursive up (id) as (select to_id from concept_relation where concept_id = ${id}::uuid and kind = 'BROADER'
    union select r.to_id from up join concept_relation as r on r.concept_id = up.id and r.kind = 'BROADER') select from up where id = ${id}::uuid`.execute(trx)
  if (rows.length > 0) assertValid([{ path, code: 'CIRCLE', message: `By this "${own}" would be a case of itself.` }])
}
