/** The object types by name, apart from their fields, so that nouns may point at each other. What each holds is a row of the domain. */
import type {
  AdaptationRow, AliasRow, ConditionRow, CostRow, LegalBasisRow, Period as PeriodValue, RecognitionRow, ResourceRow, ReviewRow, SetbackRow, StepRow,
} from '../server/domain/model/facts.ts'
import type { ModelRelationRow, ModelRow, OriginRow } from '../server/domain/model/shape.ts'
import type { SimilarModelRow } from '../server/domain/model/similar.ts'
import type { LocalityRow, LocalityShareRow } from '../server/domain/locality/shape.ts'
import type { LocalityMatchRow } from '../server/domain/locality/read.ts'
import type { PointRow, ReplicationRow } from '../server/domain/replication/read.ts'
import type { ResultRow } from '../server/domain/result/read.ts'
import type { CitationRow, SourceRow } from '../server/domain/source/read.ts'
import type { TermRow } from '../server/domain/term/read.ts'
import { builder } from './builder.ts'

export const Model = builder.objectRef<ModelRow>('Model')
export const Origin = builder.objectRef<OriginRow>('Origin')
export const ModelRelation = builder.objectRef<ModelRelationRow>('ModelRelation')
export const SimilarModel = builder.objectRef<SimilarModelRow>('SimilarModel')
export const Evidence = builder.objectRef<ModelRow>('EvidenceAssessment')
export const Alias = builder.objectRef<AliasRow>('Alias')
export const Step = builder.objectRef<StepRow>('Step')
export const Cost = builder.objectRef<CostRow>('Cost')
export const Resource = builder.objectRef<ResourceRow>('Resource')
export const LegalInstrument = builder.objectRef<LegalBasisRow>('LegalInstrument')
export const Condition = builder.objectRef<ConditionRow>('Condition')
export const Adaptation = builder.objectRef<AdaptationRow>('Adaptation')
export const Setback = builder.objectRef<SetbackRow>('Setback')
export const Recognition = builder.objectRef<RecognitionRow>('Recognition')
export const Review = builder.objectRef<ReviewRow>('Review')
export const Result = builder.objectRef<ResultRow>('Result')
export const Period = builder.objectRef<PeriodValue>('Period')
export const Baseline = builder.objectRef<{ value: number | null; period: PeriodValue | null }>('Baseline')
export const Replication = builder.objectRef<ReplicationRow>('Replication')
export const Point = builder.objectRef<PointRow>('Point')
export const Source = builder.objectRef<SourceRow>('Source')
export const Citation = builder.objectRef<CitationRow>('Citation')
export const Locality = builder.objectRef<LocalityRow>('Locality')
export const LocalityShare = builder.objectRef<LocalityShareRow>('LocalityShare')
export const LocalityMatch = builder.objectRef<LocalityMatchRow>('LocalityMatch')
export const Term = builder.interfaceRef<TermRow>('Term')
export const Topic = builder.objectRef<TermRow>('Topic')
export const Setting = builder.objectRef<TermRow>('Setting')
export const Participant = builder.objectRef<TermRow>('Participant')
