/** Two readers, one value: what the tables say of a published record, its document says as well, field by field, for the whole catalogue. */
import { parse } from 'graphql'
import { expect } from 'vitest'
import { schema } from '../../schema/index.ts'
import { createPlainExecutor } from '../../server/http/executor.ts'
import { PostgresSearch } from '../../server/search/postgres.ts'
import { createSeededDatabase } from '../support/database.ts'

const CITED = 'citations { locator field precision source { id title url } }'
const PLACED = 'placeAsWritten locality { slug fullName }'
const THEN = 'placeAsWritten localityThen { slug } localitiesNow { isWhole locality { slug } }'
/** Every field of a model, in few words. */
const EVERYTHING = `
  id slug url revision name summary problem howItWorks leadBody operationalStatus createdAt updatedAt aliases { id name usedIn usedSince }
  topics { key } settings { key } participants { key } evidence { level ruleVersion reasons }
  origin { kind ${THEN} startedOn startedAsWritten initiator confidence ${CITED} alternatives { kind ${THEN} startedOn initiator ${CITED} } }
  results(first: 100) { totalCount nodes { id statement indicator value valueMax outOf qualifier unit countingUnit period { from to asWritten } asOf baseline { value period { from to } } comparisonAsWritten
    placeAsWritten localityThen { slug } creditedTo { slug } attribution effect evidenceLevel disputedBy { id } ${CITED} } }
  replications(first: 100) { totalCount edges { cursor node { id spread ${THEN} startedOn endedOn status statusReason mandate sites members adaptations { text } note confidence ${CITED} } } }
  points(first: 5) { nodes { id name } } recognitions { id level by form period { from to } recognizedOn annulledOn ${CITED} }
  implementationSteps { text ${PLACED} period { from } ${CITED} } costs { text amount amountMax qualifier currency unit per payer asOf ${PLACED} ${CITED} } resources { text amount unit ${CITED} }
  legalBases { text number issuer issuedOn ${CITED} } conditions { text isEditorial amount unit ${CITED} } adaptations { text reason ${PLACED} ${CITED} } setbacks { kind text reason stillWorking occurredOn ${PLACED} ${CITED} }
  sources(first: 100) { totalCount nodes { id title publisher url publishedOn } } citations(first: 100) { totalCount nodes { field source { id } } } relations { kind model { slug } } reviews { cycle }`

/** Compares every nth model: all of them for 1. */
export async function compareReaders(nth: number): Promise<void> {
  const opened = await createSeededDatabase()
  const { db } = opened
  const plain = createPlainExecutor(schema)
  const context = { db, viewer: null, search: new PostgresSearch(db), config: { publicUrl: 'https://x.vn' }, requestId: 'test' }
  const document = parse(`query ($slug: String!, $at: DateTime!) { now: model(slug: $slug) { ${EVERYTHING} } then: model(slug: $slug, asOf: $at) { ${EVERYTHING} } }`)
  const slugs = (await db.selectFrom('model').select('slug').orderBy('slug').execute()).map(({ slug }) => slug)
  expect(slugs.length).toBeGreaterThan(300)
  const at = new Date(Date.now() + 1000).toISOString()
  for (const slug of slugs.filter((_, i) => i % nth === 0)) {
    const { data, errors } = await plain({ document, documentHash: 'x', operationName: undefined, variables: { slug, at }, context })
    expect(errors, slug).toBeUndefined()
    expect((data as any).then, slug).toEqual((data as any).now)
  }
  await opened.close()
}
