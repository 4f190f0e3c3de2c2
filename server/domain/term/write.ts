/**
 * The vocabularies as curators keep them: words are added, said otherwise, taken out of use, and merged. A key never goes: what went into
 * another word leads there for ever, in filters, in documents and in what the seed brings. Search follows in the same transaction, and
 * other processes see by its version that the thesaurus has moved.
 */
import { sql, type Kysely } from 'kysely'
import { z } from 'zod'
import type { Database, TermKind } from '../../db/tables.ts'
import { ConflictError, NotFoundError, ValidationError } from '../../errors.ts'
import { newId } from '../ids.ts'
import { parseInput } from '../input.ts'
import { followTerms } from '../model/follow.ts'
import { refreshFiled } from '../thesaurus/retag.ts'
import type { SignedInViewer } from '../viewer.ts'
import { changeVocabulary, type Trying, type VocabularyChanged } from '../vocabulary.ts'
import { description, key, label, once, words } from './words.ts'

export const TERM_KINDS = ['TOPIC', 'SETTING', 'PARTICIPANT'] as const satisfies readonly TermKind[]
interface Term { id: string; kind: TermKind; key: string; label_vi: string; label_en: string; description: string | null; synonyms: string[]; position: number; deprecated_at: Date | null; merged_into: string | null }
const newTerm = z.object({ kind: z.enum(TERM_KINDS), key, labelVi: label, labelEn: label, description: description.optional(), synonyms: words.optional() })

/** Adds a word. @throws ValidationError KEY_TAKEN also for a key that is out of use: keys lead somewhere for ever */
export const createTerm = (db: Kysely<Database>, viewer: SignedInViewer, { dryRun, reason, ...input }: z.input<typeof newTerm> & Trying): Promise<VocabularyChanged> =>
  changeVocabulary(db, viewer, 'TERM_CREATED', 'term', { dryRun, reason }, async (trx) => {
    const given = parseInput(newTerm, input)
    const id = newId()
    const { rows } = await sql`insert into term (id, kind, key, label_vi, label_en, description, synonyms, position)
      select ${id}::uuid, ${given.kind}, ${given.key}, ${given.labelVi}, ${given.labelEn}, ${given.description ?? null}, ${given.synonyms ?? []}::text[], coalesce(max(position), 0) + 1 from term where kind = ${given.kind}
      on conflict (kind, key) do nothing returning id`.execute(trx)
    if (rows.length === 0) throw invalid('key', 'KEY_TAKEN', `The vocabulary has, or had, the key "${given.key}".`)
    return { id, details: { kind: given.kind, key: given.key } }
  })

const changedTerm = z.object({ labelVi: label.optional(), labelEn: label.optional(), description: description.optional(), synonyms: words.optional(), position: z.number().int().min(0).max(10_000).optional() })

/** Says a word otherwise; its key stays. Undefined keeps, null clears. */
export const updateTerm = (db: Kysely<Database>, viewer: SignedInViewer, { id, dryRun, reason, ...input }: { id: string } & z.input<typeof changedTerm> & Trying): Promise<VocabularyChanged> =>
  changeVocabulary(db, viewer, 'TERM_UPDATED', 'term', { dryRun, reason }, async (trx) => {
    const before = await lockTerm(trx, id)
    const next = { ...before, ...mapped(parseInput(changedTerm, input)) }
    await sql`update term set label_vi = ${next.label_vi}, label_en = ${next.label_en}, description = ${next.description}, synonyms = ${next.synonyms}::text[], position = ${next.position} where id = ${id}::uuid`.execute(trx)
    return { id, models: await refreshFiled(trx, [id]), details: { key: before.key, from: told(before), to: told(next) } }
  })

/** Takes a word out of use, or back into it: it is offered to nobody any more, but records that are filed under it, and filters, keep it. */
export const deprecateTerm = (db: Kysely<Database>, viewer: SignedInViewer, { id, isDeprecated, dryRun, reason }: { id: string; isDeprecated: boolean } & Trying): Promise<VocabularyChanged> =>
  changeVocabulary(db, viewer, isDeprecated ? 'TERM_DEPRECATED' : 'TERM_REVIVED', 'term', { dryRun, reason }, async (trx) => {
    const term = await lockTerm(trx, id)
    await sql`update term set deprecated_at = case when ${isDeprecated} then coalesce(deprecated_at, now()) end where id = ${id}::uuid`.execute(trx)
    return { id, details: { key: term.key } }
  })

/** One word goes into another of its kind: records filed under it are filed under the other, its labels and synonyms find the other. */
export const mergeTerms = (db: Kysely<Database>, viewer: SignedInViewer, { sourceId, targetId, dryRun, reason }: { sourceId: string; targetId: string } & Trying): Promise<VocabularyChanged> =>
  changeVocabulary(db, viewer, 'TERM_MERGED', 'term', { dryRun, reason }, async (trx) => {
    if (sourceId === targetId) throw invalid('sourceId', 'TO_ITSELF', 'A word cannot go into itself.')
    const [source, target] = [await lockTerm(trx, sourceId), await lockTerm(trx, targetId)]
    if (source.kind !== target.kind) throw invalid('targetId', 'KINDS_DIFFER', `A ${source.kind} cannot go into a ${target.kind}.`)
    if (target.deprecated_at !== null) throw invalid('targetId', 'DEPRECATED', 'The word that stays must be in use.')
    await sql`update term set merged_into = ${targetId}::uuid, deprecated_at = coalesce(deprecated_at, now()) where id = ${sourceId}::uuid or merged_into = ${sourceId}::uuid`.execute(trx)
    const synonyms = once([...target.synonyms, source.label_vi, ...source.synonyms]).filter((word) => word.toLowerCase() !== target.label_vi.toLowerCase())
    await sql`update term set synonyms = ${synonyms}::text[] where id = ${targetId}::uuid`.execute(trx)
    // Concepts that are, or lead to, the source lead to the target; it keeps the one that it is.
    await sql`insert into concept_term (concept_id, term_id, is_same) select concept_id, ${targetId}::uuid, is_same and not exists (select from concept_term where term_id = ${targetId}::uuid and is_same) from concept_term where term_id = ${sourceId}::uuid on conflict do nothing`.execute(trx)
    await sql`delete from concept_term where term_id = ${sourceId}::uuid`.execute(trx)
    const moved = await followTerms(trx, [sourceId])
    return { id: targetId, models: [...moved, ...(await refreshFiled(trx, [targetId]))], details: { from: source.key, into: target.key } }
  })

async function lockTerm(trx: Kysely<Database>, id: string): Promise<Term> {
  const { rows } = await sql<Term & { into: string | null }>`select t.*, (select n.key from term as n where n.id = t.merged_into) as into from term as t where t.id = ${id}::uuid for update of t`.execute(trx)
  const term = rows[0]
  if (term === undefined) throw new NotFoundError('There is no such word of a vocabulary.')
  if (term.into !== null) throw new ConflictError(`"${term.key}" went into "${term.into}"; change that one.`)
  return term
}

/** Fields that are given, by their columns. */
function mapped({ labelVi, labelEn, ...rest }: z.output<typeof changedTerm>): Partial<Term> {
  const columns = { label_vi: labelVi, label_en: labelEn, ...rest }
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined))
}
const told = ({ label_vi, label_en, description: said, synonyms, position }: Term) => ({ labelVi: label_vi, labelEn: label_en, description: said, synonyms, position })
const invalid = (path: string, code: string, message: string): ValidationError => new ValidationError(message, [{ path: [path], code, message }])
