/** A model as it is read: the published revision's row and everything that hangs on it. */
import { sql } from 'kysely'
import { localitiesNowOf, localityOf } from '../locality/shape.ts'
import { pointsOfModel, replicationsOfModel } from '../replication/read.ts'
import { createResultShape, resultsOfModel } from '../result/read.ts'
import { column, computed, many, one, type RowOf, type Shape } from '../shape.ts'
import { citationsOfFact, citationsOfModel, sourcesOfModel } from '../source/read.ts'
import { modelTerms } from '../term/read.ts'
import type { EditorialState } from '../../db/tables.ts'
import { editableRecords, visibleModels } from '../viewer.ts'
import type { EvidenceLevel } from './evidence.ts'
import { similarModels } from './similar.ts'
import { adaptationShape, aliasShape, conditionShape, costShape, factsOfModel, legalBasisShape, recognitionShape, resourceShape, reviewShape, setbackShape, stepShape } from './facts.ts'
import { historyOfModel } from './history.ts'
import { stepsOfModel } from './steps.ts'

const originColumns = {
  kind: column<string>('kind'),
  placeAsWritten: column<string | null>('place_as_written'),
  startedOn: column<string | null>('started_on'),
  startedAsWritten: column<string | null>('started_as_written'),
  initiator: column<string | null>('initiator'),
  confidence: column<string>('confidence'),
}
export const originShape: Shape<typeof originColumns> = {
  table: 'origin',
  columns: originColumns,
  relations: {
    localityThen: localityOf('locality_id'),
    localitiesNow: localitiesNowOf('locality_id'),
    citations: citationsOfFact,
    /** Other origins that a source claims for the same model; an alternative has none of its own. */
    alternatives: (origin, related, scope) =>
      many(originShape, related.selection, scope, (t) => ({
        where: [sql`${sql.id(t, 'model_id')} = ${sql.id(origin, 'model_id')}`, sql`${sql.id(t, 'position')} > 0`, sql`${sql.id(origin, 'position')} = 0`],
        orderBy: sql.id(t, 'position'),
      })),
  },
}
export type OriginRow = RowOf<typeof originShape>

const relationColumns = { id: column<string>('id'), kind: column<string>('kind'), note: column<string | null>('note') }
export const modelRelationShape: Shape<typeof relationColumns> = {
  table: 'model_relation',
  columns: relationColumns,
  relations: {
    model: (relation, related, scope) => one(modelShape, related.selection, scope, (t) => ({ where: [sql`${sql.id(t, 'id')} = ${sql.id(relation, 'to_model_id')}`] })),
    citations: citationsOfFact,
  },
}
export type ModelRelationRow = RowOf<typeof modelRelationShape>

const modelColumns = {
  id: column<string>('id'),
  slug: column<string>('slug'),
  revision: column<number>('revision'),
  name: column<string>('name'),
  summary: column<string>('summary'),
  problem: column<string | null>('problem'),
  howItWorks: column<string | null>('how_it_works'),
  leadBody: column<string | null>('lead_body'),
  operationalStatus: column<string>('operational_status'),
  evidenceLevel: column<EvidenceLevel>('evidence_level'),
  evidenceRuleVersion: computed<number>((t) => sql`${sql.id(t, 'evidence')} -> 'ruleVersion'`),
  evidenceReasons: computed<string[]>((t) => sql`${sql.id(t, 'evidence')} -> 'reasons'`),
  createdAt: column<string>('created_at'),
  updatedAt: column<string>('updated_at'),
  /** Where the working revision stands, for those who may edit; for others every record that they see is published. */
  editorialState: computed<EditorialState>((t, { viewer }) => (viewer === null ? sql.lit('PUBLISHED') : sql`(select case when ${editableRecords(viewer, 'e')} then e.editorial_state else 'PUBLISHED' end from model_record as e where e.id = ${sql.id(t, 'id')})`)),
  hasDraft: computed<boolean>((t, { viewer }) => (viewer === null ? sql.lit(false) : sql`exists (select from model_record as e where e.id = ${sql.id(t, 'id')} and e.editorial_state <> 'PUBLISHED' and e.latest_revision > coalesce(e.published_revision, 0) and ${editableRecords(viewer, 'e')})`)),
}
export const modelShape: Shape<typeof modelColumns> = {
  table: 'model',
  columns: modelColumns,
  relations: {
    aliases: factsOfModel(aliasShape),
    topics: modelTerms('TOPIC'),
    settings: modelTerms('SETTING'),
    participants: modelTerms('PARTICIPANT'),
    origin: (model, related, scope) =>
      one(originShape, related.selection, scope, (t) => ({ where: [sql`${sql.id(t, 'model_id')} = ${sql.id(model, 'id')}`, sql`${sql.id(t, 'position')} = 0`] })),
    implementationSteps: factsOfModel(stepShape),
    costs: factsOfModel(costShape),
    legalBases: factsOfModel(legalBasisShape),
    conditions: factsOfModel(conditionShape),
    resources: factsOfModel(resourceShape),
    adaptations: factsOfModel(adaptationShape),
    setbacks: factsOfModel(setbackShape),
    recognitions: factsOfModel(recognitionShape),
    results: (model, related, scope) => resultsOfModel(resultShape)(model, related, scope),
    replications: replicationsOfModel,
    points: pointsOfModel,
    sources: sourcesOfModel,
    citations: citationsOfModel,
    similar: (model, related, scope) => similarModels(() => modelShape)(model, related, scope),
    history: historyOfModel,
    workflowSteps: stepsOfModel,
    reviews: factsOfModel(reviewShape),
    /** Relations told by this record, to models that the viewer may see. */
    relations: (model, related, scope) =>
      many(modelRelationShape, related.selection, scope, (t) => ({
        join: sql`join model as ${sql.id(`${t}m`)} on ${sql.id(`${t}m`, 'id')} = ${sql.id(t, 'to_model_id')}`,
        where: [sql`${sql.id(t, 'model_id')} = ${sql.id(model, 'id')}`, visibleModels(scope.viewer, `${t}m`)],
        orderBy: sql`${sql.id(t, 'position')}, ${sql.id(t, 'id')}`,
      })),
  },
}
export type ModelRow = RowOf<typeof modelShape>

export const resultShape = createResultShape(() => modelShape)
