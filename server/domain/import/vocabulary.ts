/** Terms as people write them in a table: by key, by either label, or by a synonym. */
import type { Kysely } from 'kysely'
import type { Database, TermKind } from '../../db/tables.ts'
import { foldedWords } from '../../search/fold.ts'

export interface Vocabulary {
  /** The key, or the word itself when no term bears it. */
  keyOf(kind: TermKind, word: string): string
}

/** All terms, read once for an import. A synonym that two terms share names neither. */
export async function readVocabulary(db: Kysely<Database>): Promise<Vocabulary> {
  const rows = await db.selectFrom('term').select(['kind', 'key', 'label_vi', 'label_en', 'synonyms']).execute()
  const names = new Map<string, string | null>()
  const put = (kind: TermKind, word: string, key: string): void => {
    const name = `${kind}:${foldedWords(word)}`
    names.set(name, names.has(name) && names.get(name) !== key ? null : key)
  }
  for (const { kind, key, synonyms } of rows) for (const synonym of synonyms) put(kind, synonym, key)
  // Labels and keys win over synonyms of others.
  for (const { kind, key, label_vi, label_en } of rows) for (const word of [label_en, label_vi, key]) names.set(`${kind}:${foldedWords(word)}`, key)
  return { keyOf: (kind, word) => names.get(`${kind}:${foldedWords(word)}`) ?? word }
}
