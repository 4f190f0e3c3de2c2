/* eslint-disable */
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
export type Maybe<T> = T | null;
export type InputMaybe<T> = T | null | undefined;
export type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
export type MakeOptional<T, K extends keyof T> = Omit<T, K> & { [SubKey in K]?: Maybe<T[SubKey]> };
export type MakeMaybe<T, K extends keyof T> = Omit<T, K> & { [SubKey in K]: Maybe<T[SubKey]> };
export type MakeEmpty<T extends { [key: string]: unknown }, K extends keyof T> = { [_ in K]?: never };
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** A day of the calendar, as `2025-07-28`. */
  Date: { input: string; output: string; }
  /** An instant as RFC 3339 in UTC, such as `2026-04-30T17:00:00.000Z`. */
  DateTime: { input: string; output: string; }
  /** A date as precise as its source tells it: `2012`, `2012-08` or `2012-08-18`. Nothing is filled in. */
  PartialDate: { input: string; output: string; }
  /** An address that begins with `http://` or `https://`. */
  URL: { input: string; output: string; }
};

/** Adds what a place changed to a record, in its next revision. */
export type AddAdaptationInput = {
  /** Who says so; at least one. Given, they replace those that are there. */
  citations: Array<CitationInput>;
  /** When. */
  date?: InputMaybe<Scalars['PartialDate']['input']>;
  /** The source’s own words on when. */
  dateAsWritten?: InputMaybe<Scalars['String']['input']>;
  /** Until when. */
  dateTo?: InputMaybe<Scalars['PartialDate']['input']>;
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** The unit that the place was then: a slug, `code@date`, or a code as of the date that the part tells. An unknown one is refused, with the nearest. */
  locality?: InputMaybe<Scalars['String']['input']>;
  /** Global id of the model whose record holds it. */
  modelId: Scalars['ID']['input'];
  /** The place as its source writes it. */
  placeAsWritten?: InputMaybe<Scalars['String']['input']>;
  /** Why; stays with the revision. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** The fact in our own words, in Vietnamese. */
  text: Scalars['String']['input'];
  /** Why the place changed it: its `reason`. (`reason` here is that of the revision.) */
  why?: InputMaybe<Scalars['String']['input']>;
};

/** Adds another name to a record, in its next revision. */
export type AddAliasInput = {
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** Global id of the model whose record holds it. */
  modelId: Scalars['ID']['input'];
  /** The name. */
  name: Scalars['String']['input'];
  /** Why; stays with the revision. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** Where it is used. */
  usedIn?: InputMaybe<Scalars['String']['input']>;
  /** Since when. */
  usedSince?: InputMaybe<Scalars['PartialDate']['input']>;
};

/** Adds a condition to a record, in its next revision. */
export type AddConditionInput = {
  /** How many, when there is a figure in it. */
  amount?: InputMaybe<Scalars['Float']['input']>;
  /** Who says so; at least one unless `isEditorial`. Given, they replace those that are there. */
  citations?: InputMaybe<Array<CitationInput>>;
  /** When. */
  date?: InputMaybe<Scalars['PartialDate']['input']>;
  /** The source’s own words on when. */
  dateAsWritten?: InputMaybe<Scalars['String']['input']>;
  /** Until when. */
  dateTo?: InputMaybe<Scalars['PartialDate']['input']>;
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** True = our reading, which needs no source; false = a source tells it. */
  isEditorial: Scalars['Boolean']['input'];
  /** Who issued it. */
  issuer?: InputMaybe<Scalars['String']['input']>;
  /** The unit that the place was then: a slug, `code@date`, or a code as of the date that the part tells. An unknown one is refused, with the nearest. */
  locality?: InputMaybe<Scalars['String']['input']>;
  /** Global id of the model whose record holds it. */
  modelId: Scalars['ID']['input'];
  /** Number of the document that sets it, such as `523/QĐ-CP`. */
  number?: InputMaybe<Scalars['String']['input']>;
  /** The place as its source writes it. */
  placeAsWritten?: InputMaybe<Scalars['String']['input']>;
  /** Why; stays with the revision. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** The fact in our own words, in Vietnamese. */
  text: Scalars['String']['input'];
  /** Of what, in Vietnamese. */
  unit?: InputMaybe<Scalars['String']['input']>;
};

/** Adds a cost to a record, in its next revision. */
export type AddCostInput = {
  /** Amount in `currency`, or in kind when that is null; the lower end of a range. */
  amount?: InputMaybe<Scalars['Float']['input']>;
  /** Upper end, when a range is told. */
  amountMax?: InputMaybe<Scalars['Float']['input']>;
  /** Who says so; at least one. Given, they replace those that are there. */
  citations: Array<CitationInput>;
  /** ISO 4217, such as `VND`; null when paid in kind or not told. */
  currency?: InputMaybe<Scalars['String']['input']>;
  /** When. */
  date?: InputMaybe<Scalars['PartialDate']['input']>;
  /** The source’s own words on when. */
  dateAsWritten?: InputMaybe<Scalars['String']['input']>;
  /** Until when. */
  dateTo?: InputMaybe<Scalars['PartialDate']['input']>;
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** The unit that the place was then: a slug, `code@date`, or a code as of the date that the part tells. An unknown one is refused, with the nearest. */
  locality?: InputMaybe<Scalars['String']['input']>;
  /** Global id of the model whose record holds it. */
  modelId: Scalars['ID']['input'];
  /** Who paid: a body, never a private person. */
  payer?: InputMaybe<Scalars['String']['input']>;
  /** For what: a camera, a site, a year. */
  per?: InputMaybe<Scalars['String']['input']>;
  /** The place as its source writes it. */
  placeAsWritten?: InputMaybe<Scalars['String']['input']>;
  /** How exact; EXACT unless said. */
  qualifier?: InputMaybe<Qualifier>;
  /** Why; stays with the revision. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** The fact in our own words, in Vietnamese. */
  text: Scalars['String']['input'];
  /** The unit as its source writes it. */
  unitAsWritten?: InputMaybe<Scalars['String']['input']>;
};

/** Adds a paper that it rests on to a record, in its next revision. */
export type AddLegalBasisInput = {
  /** Who says so; at least one. Given, they replace those that are there. */
  citations: Array<CitationInput>;
  /** When. */
  date?: InputMaybe<Scalars['PartialDate']['input']>;
  /** The source’s own words on when. */
  dateAsWritten?: InputMaybe<Scalars['String']['input']>;
  /** Until when. */
  dateTo?: InputMaybe<Scalars['PartialDate']['input']>;
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** Who issued it. */
  issuer?: InputMaybe<Scalars['String']['input']>;
  /** The unit that the place was then: a slug, `code@date`, or a code as of the date that the part tells. An unknown one is refused, with the nearest. */
  locality?: InputMaybe<Scalars['String']['input']>;
  /** Global id of the model whose record holds it. */
  modelId: Scalars['ID']['input'];
  /** Number of the document, such as `523/QĐ-CP`. */
  number?: InputMaybe<Scalars['String']['input']>;
  /** The place as its source writes it. */
  placeAsWritten?: InputMaybe<Scalars['String']['input']>;
  /** Why; stays with the revision. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** The fact in our own words, in Vietnamese. */
  text: Scalars['String']['input'];
};

/** Adds a site to a record, in its next revision. */
export type AddPointInput = {
  /** Who says so; at least one. Given, they replace those that are there. */
  citations: Array<CitationInput>;
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** Teams (tổ) at the site. */
  groupCount?: InputMaybe<Scalars['Int']['input']>;
  /** The unit that the place was then: a slug, `code@date`, or a code as of the date that the part tells. An unknown one is refused, with the nearest. */
  locality?: InputMaybe<Scalars['String']['input']>;
  /** Global id of the model whose record holds it. */
  modelId: Scalars['ID']['input'];
  /** Name of the site. */
  name: Scalars['String']['input'];
  /** The place as its source writes it. */
  placeAsWritten?: InputMaybe<Scalars['String']['input']>;
  /** Why; stays with the revision. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** When it started. */
  startedOn?: InputMaybe<Scalars['PartialDate']['input']>;
  /** Whether it runs; UNKNOWN unless said. */
  status?: InputMaybe<ReplicationStatus>;
};

/** Adds a recognition to a record, in its next revision. */
export type AddRecognitionInput = {
  /** When it was taken back; needs a reason. It stays in the record. */
  annulledOn?: InputMaybe<Scalars['PartialDate']['input']>;
  /** Why it was taken back. */
  annulmentReason?: InputMaybe<Scalars['String']['input']>;
  /** Who, as written; needed for the levels MINISTRY and NATIONAL. */
  by?: InputMaybe<Scalars['String']['input']>;
  /** Who says so; at least one. Given, they replace those that are there. */
  citations: Array<CitationInput>;
  /** When. */
  date?: InputMaybe<Scalars['PartialDate']['input']>;
  /** The source’s own words on when. */
  dateAsWritten?: InputMaybe<Scalars['String']['input']>;
  /** Until when. */
  dateTo?: InputMaybe<Scalars['PartialDate']['input']>;
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** In which form. */
  form: Scalars['String']['input'];
  /** Level of who recognised it. */
  level: RecognitionLevel;
  /** Global id of the model whose record holds it. */
  modelId: Scalars['ID']['input'];
  /** Why; stays with the revision. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

/** Adds a relation to a record, in its next revision. */
export type AddRelationInput = {
  /** Who says so; none when it is our reading. */
  citations?: InputMaybe<Array<CitationInput>>;
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** The relation, read from this record to the other. */
  kind: ModelRelationKind;
  /** Global id of the other model. */
  model: Scalars['ID']['input'];
  /** Global id of the model whose record holds it. */
  modelId: Scalars['ID']['input'];
  /** What else is told. */
  note?: InputMaybe<Scalars['String']['input']>;
  /** Why; stays with the revision. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

/** Adds a replication to a record, in its next revision. */
export type AddReplicationInput = {
  /** Who says so; at least one. Given, they replace those that are there. */
  citations: Array<CitationInput>;
  /** How sure it is; CLAIMED unless said. */
  confidence?: InputMaybe<Confidence>;
  /** When it ended there. */
  endedOn?: InputMaybe<Scalars['PartialDate']['input']>;
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** The unit that the place was then: a slug, `code@date`, or a code as of the date that the part tells. An unknown one is refused, with the nearest. */
  locality?: InputMaybe<Scalars['String']['input']>;
  /** The plan or order behind it. */
  mandate?: InputMaybe<Scalars['String']['input']>;
  /** How many people take part there. */
  members?: InputMaybe<Scalars['Int']['input']>;
  /** Global id of the model whose record holds it. */
  modelId: Scalars['ID']['input'];
  /** What else is told. */
  note?: InputMaybe<Scalars['String']['input']>;
  /** The place as its source writes it. */
  placeAsWritten: Scalars['String']['input'];
  /** Why; stays with the revision. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** How many sites (điểm) run it there. */
  sites?: InputMaybe<Scalars['Int']['input']>;
  /** How it came there; UNKNOWN unless said. */
  spread?: InputMaybe<Spread>;
  /** The source’s own words on when. */
  startedAsWritten?: InputMaybe<Scalars['String']['input']>;
  /** When it started there. */
  startedOn?: InputMaybe<Scalars['PartialDate']['input']>;
  /** What became of it; UNKNOWN unless said. */
  status?: InputMaybe<ReplicationStatus>;
  /** Why it stopped or failed. */
  statusReason?: InputMaybe<Scalars['String']['input']>;
};

/** Adds what it takes besides money to a record, in its next revision. */
export type AddResourceInput = {
  /** How many. */
  amount?: InputMaybe<Scalars['Float']['input']>;
  /** Who says so; at least one. Given, they replace those that are there. */
  citations: Array<CitationInput>;
  /** When. */
  date?: InputMaybe<Scalars['PartialDate']['input']>;
  /** The source’s own words on when. */
  dateAsWritten?: InputMaybe<Scalars['String']['input']>;
  /** Until when. */
  dateTo?: InputMaybe<Scalars['PartialDate']['input']>;
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** The unit that the place was then: a slug, `code@date`, or a code as of the date that the part tells. An unknown one is refused, with the nearest. */
  locality?: InputMaybe<Scalars['String']['input']>;
  /** Global id of the model whose record holds it. */
  modelId: Scalars['ID']['input'];
  /** The place as its source writes it. */
  placeAsWritten?: InputMaybe<Scalars['String']['input']>;
  /** Why; stays with the revision. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** The fact in our own words, in Vietnamese. */
  text: Scalars['String']['input'];
  /** Of what, in Vietnamese. */
  unit?: InputMaybe<Scalars['String']['input']>;
};

/** Adds a result to a record, in its next revision. */
export type AddResultInput = {
  /** The day that it was true. */
  asOf?: InputMaybe<Scalars['PartialDate']['input']>;
  /** Whether it says anything of the model’s effect; CONTRIBUTION unless said. */
  attribution?: InputMaybe<Attribution>;
  /** What it is compared with. */
  baseline?: InputMaybe<BaselineInput>;
  /** Who says so; at least one. Given, they replace those that are there. */
  citations: Array<CitationInput>;
  /** The source’s own words on comparison. */
  comparisonAsWritten?: InputMaybe<Scalars['String']['input']>;
  /** Kind of thing that is counted; NONE without a figure, else OTHER unless said. */
  countingUnit?: InputMaybe<CountingUnit>;
  /** Global ids of other models that this very claim is reported for; all of them. */
  creditedTo?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** Which way it points; UNKNOWN unless said. */
  effect?: InputMaybe<Effect>;
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** What is measured. */
  indicator?: InputMaybe<Scalars['String']['input']>;
  /** The unit that the place was then: a slug, `code@date`, or a code as of the date that the part tells. An unknown one is refused, with the nearest. */
  locality?: InputMaybe<Scalars['String']['input']>;
  /** Global id of the model whose record holds it. */
  modelId: Scalars['ID']['input'];
  /** The whole that the figure is part of. */
  outOf?: InputMaybe<Scalars['Float']['input']>;
  /** The time that it covers. */
  period?: InputMaybe<PeriodInput>;
  /** The place as its source writes it. */
  placeAsWritten?: InputMaybe<Scalars['String']['input']>;
  /** How exact; EXACT unless said. */
  qualifier?: InputMaybe<Qualifier>;
  /** Why; stays with the revision. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** The claim in our own words. */
  statement: Scalars['String']['input'];
  /** Unit of the figure, in Vietnamese. */
  unit?: InputMaybe<Scalars['String']['input']>;
  /** The figure, or the lower end of a range; null = the claim has none. */
  value?: InputMaybe<Scalars['Float']['input']>;
  /** Upper end, when a range is told. */
  valueMax?: InputMaybe<Scalars['Float']['input']>;
};

/** Adds a setback to a record, in its next revision. */
export type AddSetbackInput = {
  /** How many are concerned. */
  amount?: InputMaybe<Scalars['Float']['input']>;
  /** Who says so; at least one. Given, they replace those that are there. */
  citations: Array<CitationInput>;
  /** When. */
  date?: InputMaybe<Scalars['PartialDate']['input']>;
  /** The source’s own words on when. */
  dateAsWritten?: InputMaybe<Scalars['String']['input']>;
  /** Until when. */
  dateTo?: InputMaybe<Scalars['PartialDate']['input']>;
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** What went wrong. */
  kind: SetbackKind;
  /** The unit that the place was then: a slug, `code@date`, or a code as of the date that the part tells. An unknown one is refused, with the nearest. */
  locality?: InputMaybe<Scalars['String']['input']>;
  /** Global id of the model whose record holds it. */
  modelId: Scalars['ID']['input'];
  /** The place as its source writes it. */
  placeAsWritten?: InputMaybe<Scalars['String']['input']>;
  /** Why; stays with the revision. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** How many of them still work, when told. */
  stillWorking?: InputMaybe<Scalars['Float']['input']>;
  /** The fact in our own words, in Vietnamese. */
  text: Scalars['String']['input'];
  /** Of what, in Vietnamese. */
  unit?: InputMaybe<Scalars['String']['input']>;
  /** Why it went wrong, as told: its `reason`. (`reason` here is that of the revision.) */
  why?: InputMaybe<Scalars['String']['input']>;
};

/** Adds a source that supports the record as a whole, in its next revision. */
export type AddSourceInput = {
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** Global id of the model whose record holds it. */
  modelId: Scalars['ID']['input'];
  /** When it was published, as precisely as known. */
  publishedOn?: InputMaybe<Scalars['PartialDate']['input']>;
  /** Who published it. */
  publisher?: InputMaybe<Scalars['String']['input']>;
  /** Why; stays with the revision. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** Its title. */
  title: Scalars['String']['input'];
  /** Where it can be read. */
  url?: InputMaybe<Scalars['URL']['input']>;
};

/** Adds a step of doing it to a record, in its next revision. */
export type AddStepInput = {
  /** Who says so; at least one. Given, they replace those that are there. */
  citations: Array<CitationInput>;
  /** When. */
  date?: InputMaybe<Scalars['PartialDate']['input']>;
  /** The source’s own words on when. */
  dateAsWritten?: InputMaybe<Scalars['String']['input']>;
  /** Until when. */
  dateTo?: InputMaybe<Scalars['PartialDate']['input']>;
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** The unit that the place was then: a slug, `code@date`, or a code as of the date that the part tells. An unknown one is refused, with the nearest. */
  locality?: InputMaybe<Scalars['String']['input']>;
  /** Global id of the model whose record holds it. */
  modelId: Scalars['ID']['input'];
  /** The place as its source writes it. */
  placeAsWritten?: InputMaybe<Scalars['String']['input']>;
  /** Why; stays with the revision. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** The fact in our own words, in Vietnamese. */
  text: Scalars['String']['input'];
};

/** Which step, of which records. */
export type AdvanceModelsInput = {
  /** 1 to 100 records. */
  items: Array<AdvanceModelsItem>;
  /** Why; stays with each record. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** The step; the same for all. */
  step: EditorialStep;
};

/** One record. */
export type AdvanceModelsItem = {
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** Global id of the model. */
  id: Scalars['ID']['input'];
};

/** Whether a key still opens anything. */
export type ApiKeyState =
  /** Còn hiệu lực. Good. */
  | 'ACTIVE'
  /** Hết hạn. Past its time. */
  | 'EXPIRED'
  /** Đã thu hồi. Taken back by an administrator. */
  | 'REVOKED';

/** Which record, at which revision. */
export type ApproveModelInput = {
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** Global id of the model. */
  id: Scalars['ID']['input'];
  /** Why; stays with the record. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

/** Which record, at which revision. */
export type ArchiveModelInput = {
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** Global id of the model. */
  id: Scalars['ID']['input'];
  /** Why; this step needs a reason. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

/** Which records are whose to review. */
export type AssignReviewsInput = {
  /** The reviewer’s `actorId`, such as `viewer` tells it; null takes them back from whoever has them. */
  assignee?: InputMaybe<Scalars['String']['input']>;
  /** Global ids of 1 to 100 models with an open revision. */
  ids: Array<Scalars['ID']['input']>;
};

/** What a result says of the model: nothing, something, or a measured effect. */
export type Attribution =
  /** Bối cảnh. Reported of several models together or of a whole place: never an effect of this model. */
  | 'CONTEXT'
  /** Đóng góp. The source credits it to the model, without measuring how much is due to it. */
  | 'CONTRIBUTION'
  /** Tác động đo được. Measured against a baseline or another group. */
  | 'MEASURED_EFFECT';

/** What is wrong with the audit log. */
export type AuditFaultKind =
  /** Bị sửa. An entry is not what was written. */
  | 'CHANGED'
  /** Thiếu. Entries are missing. */
  | 'MISSING'
  /** Xóa không giải trình. A payload is gone, and no entry says who erased it and why. */
  | 'UNEXPLAINED_ERASURE'
  /** Đứt chuỗi. An entry does not follow the one before it. */
  | 'UNLINKED'
  /** Sai mốc đối chiếu. An entry is not the one that an earlier check told: the log was written anew. */
  | 'WRONG_ANCHOR'
  /** Sai điểm cuối. The log does not end with the entry that was written last. */
  | 'WRONG_END';

/** What a figure is compared with. */
export type BaselineInput = {
  /** The time before. */
  period?: InputMaybe<PeriodInput>;
  /** The figure before; null = only a period is told. */
  value?: InputMaybe<Scalars['Float']['input']>;
};

/** Who says so: `sourceId` of a source that is known, or `source`. */
export type CitationInput = {
  /** Where in the source: page, section, paragraph. */
  locator?: InputMaybe<Scalars['String']['input']>;
  /** A source by what it is called; the record names it from then on. */
  source?: InputMaybe<SourceInput>;
  /** Global id of a source. */
  sourceId?: InputMaybe<Scalars['ID']['input']>;
};

/** What exactly a citation supports. */
export type CitationPrecision =
  /** Trích dẫn cho sự kiện này. The source tells this very fact. */
  | 'FACT'
  /** Nguồn của cả bản ghi. The source supports the record as a whole. */
  | 'RECORD';

/** What kind of thing a concept of the thesaurus is. */
export type ConceptKind =
  /** Hoạt động. What is done. */
  | 'ACTIVITY'
  /** Phương tiện. What it is done with. */
  | 'MEANS'
  /** Lực lượng. Who takes part. */
  | 'PARTICIPANT'
  /** Vấn đề. What people want to be rid of. */
  | 'PROBLEM'
  /** Môi trường. Where a model works. */
  | 'SETTING'
  /** Lĩnh vực. What a model is about. */
  | 'TOPIC';

/** How sure it is that this is where it came from, or went. */
export type Confidence =
  /** Được nêu. A source claims it. */
  | 'CLAIMED'
  /** Có văn bản. A document says so. */
  | 'DOCUMENTED'
  /** Suy ra. Follows from dates and places that sources tell. */
  | 'INFERRED';

/** What a figure counts. Figures of different units are never added up: a model, its points and their teams are three things. */
export type CountingUnit =
  /** Vụ việc. Cases, incidents, reports. */
  | 'CASE'
  /** Tổ. Teams at points. */
  | 'GROUP'
  /** Mô hình. Models. */
  | 'MODEL'
  /** Loại mô hình. Kinds of model. */
  | 'MODEL_TYPE'
  /** Tiền. An amount of money. */
  | 'MONEY'
  /** Không có số. The statement has no figure. */
  | 'NONE'
  /** Khác. Something else; `unit` says what. */
  | 'OTHER'
  /** Phần trăm. A share or a change in per cent. */
  | 'PERCENT'
  /** Người. People. */
  | 'PERSON'
  /** Điểm. Sites that run a model: the official counting unit. */
  | 'POINT';

/** What a new key should be. */
export type CreateApiKeyInput = {
  /** Until when it is good; until it is revoked unless said. In the future. */
  expiresAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** For LOCALITY_OFFICER, and only there: the units to write for, at least one. Slugs, `code@date` or codes. */
  localities?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Whose it is, or what for: 1 to 100 characters. */
  name: Scalars['String']['input'];
  /** What its holder may do. */
  role: Role;
};

/** A new concept. */
export type CreateConceptInput = {
  /** Keys of the concepts that it is a case of; all of them. */
  broader?: InputMaybe<Array<Scalars['String']['input']>>;
  /** The same as people of one region say it; all of them. */
  dialect?: InputMaybe<Array<Scalars['String']['input']>>;
  /** True = say what would be touched, and change nothing. */
  dryRun?: InputMaybe<Scalars['Boolean']['input']>;
  /** English words that mean it; all of them. */
  english?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Names it; never changes. */
  key: Scalars['String']['input'];
  /** What kind of thing it is. */
  kind: ConceptKind;
  /** Its English name. */
  labelEn: Scalars['String']['input'];
  /** Its Vietnamese name. */
  labelVi: Scalars['String']['input'];
  /** Global ids of the words of vocabularies that it leads to; all of them. */
  leadsToTermIds?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** Why, for the audit log: at most 2,000 characters. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** Keys of the concepts that help who asks for it; all of them. */
  related?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Global id of the word of a vocabulary that it is; null = none. */
  sameTermId?: InputMaybe<Scalars['ID']['input']>;
  /** Vietnamese words that mean it; all of them. */
  synonyms?: InputMaybe<Array<Scalars['String']['input']>>;
};

/** A new record. An officer’s must have its origin in the territory of their own units. */
export type CreateModelInput = {
  /** All other names; those that stay keep what else is known of them. */
  aliases?: InputMaybe<Array<Scalars['String']['input']>>;
  /** The mechanism. */
  howItWorks?: InputMaybe<Scalars['String']['input']>;
  /** Who leads it. */
  leadBody?: InputMaybe<Scalars['String']['input']>;
  /** Official name, in Vietnamese. */
  name: Scalars['String']['input'];
  /** Whether it runs today; UNKNOWN unless said. */
  operationalStatus?: InputMaybe<OperationalStatus>;
  /** Where it came from. */
  origin?: InputMaybe<OriginInput>;
  /** Keys of participants; all of them. */
  participants?: InputMaybe<Array<Scalars['String']['input']>>;
  /** What it answers. */
  problem?: InputMaybe<Scalars['String']['input']>;
  /** Why; stays with the revision. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** Keys of settings; all of them. */
  settings?: InputMaybe<Array<Scalars['String']['input']>>;
  /** The sources of the record as a whole; all of them. A source that a fact rests on stays. */
  sources?: InputMaybe<Array<SourceInput>>;
  /** What it is, in a few sentences. */
  summary: Scalars['String']['input'];
  /** Keys of topics, such as `traffic-safety`; all of them. Unknown ones are refused, with the nearest. */
  topics?: InputMaybe<Array<Scalars['String']['input']>>;
};

/** A new word of a vocabulary. */
export type CreateTermInput = {
  /** What the word covers, in Vietnamese. */
  description?: InputMaybe<Scalars['String']['input']>;
  /** True = say what would be touched, and change nothing. */
  dryRun?: InputMaybe<Scalars['Boolean']['input']>;
  /** What filters take, such as `traffic-safety`; never changes. */
  key: Scalars['String']['input'];
  /** The vocabulary. */
  kind: TermKind;
  /** The same in English. */
  labelEn: Scalars['String']['input'];
  /** What people read, in Vietnamese. */
  labelVi: Scalars['String']['input'];
  /** Why, for the audit log: at most 2,000 characters. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** Other words that mean it in texts and searches; all of them. */
  synonyms?: InputMaybe<Array<Scalars['String']['input']>>;
};

/** Which word. */
export type DeprecateTermInput = {
  /** True = say what would be touched, and change nothing. */
  dryRun?: InputMaybe<Scalars['Boolean']['input']>;
  /** Global id of the topic, setting or participant. */
  id: Scalars['ID']['input'];
  /** False takes it back into use. */
  isDeprecated?: Scalars['Boolean']['input'];
  /** Why, for the audit log: at most 2,000 characters. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

/** What the desk thinks of two records. It never acts on it: a person answers. */
export type DuplicateVerdict =
  /** Cùng một mô hình. Names and content agree and nothing speaks against it. If so: `mergeModels`. */
  | 'SAME'
  /** Chưa đủ căn cứ. Something is alike; a person must look. */
  | 'UNSURE'
  /** Có thể là biến thể. Much is alike, and something differs or is not told. If so: `addRelation` with VARIANT_OF. */
  | 'VARIANT';

/** Where the working revision of a record stands. Apart from whether the model itself runs. */
export type EditorialState =
  /** Đã duyệt. Somebody who did not write it approved it. */
  | 'APPROVED'
  /** Đã lưu trữ. Taken out of everything that is read, with a reason; nothing is lost. */
  | 'ARCHIVED'
  /** Yêu cầu chỉnh sửa. A reviewer asks for changes. */
  | 'CHANGES_REQUESTED'
  /** Bản nháp. Being written. */
  | 'DRAFT'
  /** Đang thẩm định. A reviewer looks at it. */
  | 'IN_REVIEW'
  /** Đã gộp. Went into another record, which answers for it. */
  | 'MERGED'
  /** Đã công bố. It is what everybody reads. */
  | 'PUBLISHED'
  /** Không duyệt. Turned down, with a reason; it was never published. */
  | 'REJECTED'
  /** Đã trình. Handed in; waits for a reviewer. */
  | 'SUBMITTED';

/** A step of a record’s way, each as its own mutation takes it. */
export type EditorialStep =
  /** Duyệt. As `approveModel`. */
  | 'APPROVE'
  /** Lưu trữ. As `archiveModel`; needs a reason. */
  | 'ARCHIVE'
  /** Công bố. As `publishModel`. */
  | 'PUBLISH'
  /** Không duyệt. As `rejectModel`; needs a reason. */
  | 'REJECT'
  /** Yêu cầu chỉnh sửa. As `requestChanges`; needs a reason. */
  | 'REQUEST_CHANGES'
  /** Bắt đầu thẩm định. As `startReview`. */
  | 'START_REVIEW'
  /** Trình. As `submitModel`. */
  | 'SUBMIT';

/** Which way a result points. */
export type Effect =
  /** Lẫn lộn. Better in one way, worse in another. */
  | 'MIXED'
  /** Xấu đi. Things got worse. */
  | 'NEGATIVE'
  /** Không đổi. Looked for, and nothing changed. */
  | 'NULL'
  /** Tốt lên. Things got better. */
  | 'POSITIVE'
  /** Chưa rõ. The source does not tell. */
  | 'UNKNOWN';

/** What the audit log should forget: exactly one of `entries`, `actorId`, or `recordKind` with `recordId`. */
export type EraseAuditEntriesInput = {
  /** All that this caller did. */
  actorId?: InputMaybe<Scalars['String']['input']>;
  /** To rectify: what should stand instead, as a JSON object; kept as an entry of its own. */
  correction?: InputMaybe<Scalars['String']['input']>;
  /** Numbers of entries, at most 1,000. */
  entries?: InputMaybe<Array<Scalars['Int']['input']>>;
  /** Why, and by what right, without personal data: it is kept. */
  reason: Scalars['String']['input'];
  /** With `recordKind`. */
  recordId?: InputMaybe<Scalars['String']['input']>;
  /** With `recordId`: all that was done to this record. */
  recordKind?: InputMaybe<Scalars['String']['input']>;
};

/** What is to be erased, of which record. */
export type ErasePersonalDataInput = {
  /** True = say what would be changed, and change nothing. */
  dryRun?: InputMaybe<Scalars['Boolean']['input']>;
  /** Global id of the model whose record holds it. */
  modelId: Scalars['ID']['input'];
  /** Why, and by what right, without personal data: it is kept. */
  reason: Scalars['String']['input'];
  /** 1 to 20 texts of 3 to 300 characters, such as a name or a number: each is replaced by `[đã xóa]` wherever it stands, however it is capitalised. */
  texts: Array<Scalars['String']['input']>;
};

/** How far a claim can be trusted, from a press claim to a synthesis of trials. */
export type EvidenceLevel =
  /** Báo chí nêu. A claim in the press. */
  | 'E0'
  /** Báo cáo chính thức. A report of a public body. */
  | 'E1'
  /** Có so sánh trước và sau. Before and after, with a baseline. */
  | 'E2'
  /** Có nhóm so sánh. Compared with places that did not do it. */
  | 'E3'
  /** Nơi khác làm theo cũng có kết quả. Replicated independently, with results of its own. */
  | 'E4'
  /** Thử nghiệm ngẫu nhiên hoặc tổng hợp. A randomised trial or a synthesis of studies. */
  | 'E5';

/** What kind of fact of a record it is. */
export type FactKind =
  /** Điều chỉnh. What a place changed. */
  | 'ADAPTATION'
  /** Điều kiện. What must hold. */
  | 'CONDITION'
  /** Chi phí. A cost. */
  | 'COST'
  /** Căn cứ. A paper that it rests on. */
  | 'LEGAL_BASIS'
  /** Học từ đâu. Who learned from whom. */
  | 'LINEAGE_FACT'
  /** Khởi nguồn. Where the model came from, or is claimed to. */
  | 'ORIGIN'
  /** Điểm. A site. */
  | 'POINT'
  /** Ghi nhận. A recognition. */
  | 'RECOGNITION'
  /** Quan hệ. How it stands to another model. */
  | 'RELATION'
  /** Nhân rộng. A replication. */
  | 'REPLICATION'
  /** Nguồn lực. What it takes besides money. */
  | 'RESOURCE'
  /** Kết quả. A result. */
  | 'RESULT'
  /** Sơ kết, xếp loại. A yearly review. */
  | 'REVIEW'
  /** Trở ngại. What went wrong. */
  | 'SETBACK'
  /** Bước thực hiện. A step of doing it. */
  | 'STEP';

/** What kind of file it is. */
export type ImportFormat =
  /** CSV. Comma, semicolon or tab between cells; UTF-8, UTF-16, windows-1258 or TCVN3. */
  | 'CSV'
  /** JSON. A list of objects in the words of `CreateModelInput`, or a catalogue from `GET /export.json`. */
  | 'JSON'
  /** NDJSON. One such object a line, or a catalogue from `GET /export.ndjson`. */
  | 'NDJSON'
  /** Excel. The first visible sheet whose headings are known. `GET /import-template.xlsx` is one to fill in. */
  | 'XLSX';

/** What a row does. */
export type ImportRowKind =
  /** Tạo mới. Makes a record, as a draft. */
  | 'CREATE'
  /** Sửa. Gives a record that stands its next revision, as a draft. */
  | 'UPDATE';

/** Whether an issue keeps its row out. */
export type ImportSeverity =
  /** Lỗi. The row is refused. */
  | 'ERROR'
  /** Cảnh báo. The row is taken; the message says what was made of it. */
  | 'WARNING';

/** How far an import is. */
export type ImportState =
  /** Không nhập được. It ended before every row was decided, mostly because the file cannot be read; `issues` says why. */
  | 'FAILED'
  /** Xem trước. Looked at; nothing was or will be written. */
  | 'PREVIEW'
  /** Đang chờ. Waits for a process to do it. */
  | 'QUEUED'
  /** Đang nhập. Is being done; what is done stays, whatever happens. */
  | 'RUNNING'
  /** Đã dừng. Whoever it ran for may no longer do it (their key was revoked, has expired, or says less): `issues` says why. What was brought in stays; `resumeImport` has it go on. */
  | 'STOPPED'
  /** Đã xong. Every row is decided: brought in, or refused with its issues. */
  | 'SUCCEEDED';

/** What is the matter with a record. */
export type IssueKind =
  /** Số liệu sai. A figure is wrong. */
  | 'FIGURE_WRONG'
  /** Khác. Something else. */
  | 'OTHER'
  /** Điểm đã dừng. A site no longer runs. */
  | 'POINT_STOPPED'
  /** Chúng tôi cũng làm. The model runs at another place, too. */
  | 'WE_RUN_IT_TOO';

/** What came of a report. */
export type IssueOutcome =
  /** Đã sửa. The record is, or will be, corrected. */
  | 'CORRECTED'
  /** Trùng. Reported before. */
  | 'DUPLICATE'
  /** Đã ghi nhận. True, or may be, and nothing is to be changed yet. */
  | 'NOTED'
  /** Không có căn cứ. Nothing bears it out. */
  | 'UNFOUNDED';

/** Language of a label. */
export type Language =
  /** Tiếng Anh. English. */
  | 'EN'
  /** Tiếng Việt. Vietnamese. */
  | 'VI';

/** The decision, by its paper. */
export type LegalBasisInput = {
  /** When it was issued. */
  issuedOn?: InputMaybe<Scalars['PartialDate']['input']>;
  /** Who issued it. */
  issuer: Scalars['String']['input'];
  /** Its number, such as `1668/NQ-UBTVQH15`. */
  number?: InputMaybe<Scalars['String']['input']>;
  /** Its title. */
  title: Scalars['String']['input'];
};

/** What a decision does to units. */
export type LocalityDecision =
  /** Giải thể. One or more end, and nothing takes their place. */
  | 'ABOLISH'
  /** Nhập. Two or more become one new unit; what lies in them lies in it. */
  | 'MERGE'
  /** Đổi tên. One gets another name, or another type word (xã → phường); it lives on. */
  | 'RENAME'
  /** Chia, tách. One becomes several new units. */
  | 'SPLIT';

/** Level of administration. Districts ended on 1/7/2025. */
export type LocalityLevel =
  /** Cấp xã. Commune, ward, township or special zone. */
  | 'COMMUNE'
  /** Cấp huyện. District, town or city of a province; none exists today. */
  | 'DISTRICT'
  /** Cấp tỉnh. Province or centrally run city. */
  | 'PROVINCE';

/** Which of two different values the merged record tells. */
export type MergeChoice = {
  /** The field. */
  field: MergeField;
  /** Whose value it takes. */
  from: MergeSide;
};

/** Two concepts that are one. */
export type MergeConceptsInput = {
  /** True = say what would be touched, and change nothing. */
  dryRun?: InputMaybe<Scalars['Boolean']['input']>;
  /** Why, for the audit log: at most 2,000 characters. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** Key of the concept that goes into the other. */
  sourceKey: Scalars['String']['input'];
  /** Key of the concept that stays. */
  targetKey: Scalars['String']['input'];
};

/** A field of which one value must be chosen when two records tell different ones. */
export type MergeField =
  /** Cách làm. The mechanism. */
  | 'howItWorks'
  /** Đơn vị chủ trì. Who leads it. */
  | 'leadBody'
  /** Tên. The official name; the other one becomes an alias. */
  | 'name'
  /** Tình trạng. Whether it runs today. */
  | 'operationalStatus'
  /** Khởi nguồn. Where it came from; the other one becomes an alternative. */
  | 'origin'
  /** Vấn đề. What the model answers. */
  | 'problem'
  /** Tóm tắt. The summary. */
  | 'summary';

/** Two records of one idea. Lists are united; of each field that the two tell differently one value must be chosen, else VALIDATION_FAILED names all of them. */
export type MergeModelsInput = {
  /** One for each field that the two tell differently. */
  choices?: InputMaybe<Array<MergeChoice>>;
  /** The revision of the source that the caller read. */
  expectedSourceRevision: Scalars['Int']['input'];
  /** The revision of the target that the caller read. */
  expectedTargetRevision: Scalars['Int']['input'];
  /** Why they are one. */
  reason: Scalars['String']['input'];
  /** Global id of the record that goes into the other; its slug and id lead there from then on. */
  sourceId: Scalars['ID']['input'];
  /** Global id of the record that stays. */
  targetId: Scalars['ID']['input'];
};

/** One of the two records of a merge. */
export type MergeSide =
  /** Bản ghi được gộp. The record that goes into the other. */
  | 'SOURCE'
  /** Bản ghi giữ lại. The record that stays. */
  | 'TARGET';

/** Two words of one vocabulary that mean one thing. */
export type MergeTermsInput = {
  /** True = say what would be touched, and change nothing. */
  dryRun?: InputMaybe<Scalars['Boolean']['input']>;
  /** Why, for the audit log: at most 2,000 characters. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** Global id of the word that goes into the other; its key leads there for ever. */
  sourceId: Scalars['ID']['input'];
  /** Global id of the word that stays. */
  targetId: Scalars['ID']['input'];
};

/** AND between fields, OR inside a list; an empty list is as if absent. */
export type ModelFilter = {
  /** Level of the record as a whole. */
  evidenceLevelIn?: InputMaybe<Array<EvidenceLevel>>;
  /** True: costs are told; false: none is reported. */
  hasCosts?: InputMaybe<Scalars['Boolean']['input']>;
  /** True: replications are told; false: none is reported. */
  hasReplications?: InputMaybe<Scalars['Boolean']['input']>;
  /** True: results are told; false: none is reported, which is not “no effect”. */
  hasResults?: InputMaybe<Scalars['Boolean']['input']>;
  /** Born, replicated or with a point there. Each a slug, `code@date`, or a bare code (its holder today, else its last one). Territories count, not names: predecessors and subtree are in. Unknown ones are BAD_USER_INPUT, with the nearest. */
  localityIn?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Whether it runs today. */
  operationalStatusIn?: InputMaybe<Array<OperationalStatus>>;
  /** Born there. Each a slug, `code@date`, or a bare code (its holder today, else its last one). Territories count, not names: predecessors and subtree are in. Unknown ones are BAD_USER_INPUT, with the nearest. */
  originLocalityIn?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Keys of participants, such as `youth-union`. */
  participantIn?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Recognised at one of these levels; annulled recognitions don’t count. */
  recognitionLevelIn?: InputMaybe<Array<RecognitionLevel>>;
  /** Replicated there. Each a slug, `code@date`, or a bare code (its holder today, else its last one). Territories count, not names: predecessors and subtree are in. Unknown ones are BAD_USER_INPUT, with the nearest. */
  replicatedInLocalityIn?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Keys of settings, such as `school`. */
  settingIn?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Year in which the origin started. */
  startedRange?: InputMaybe<YearRange>;
  /** Keys of topics, such as `traffic-safety`. Unknown ones are BAD_USER_INPUT, with the nearest. */
  topicIn?: InputMaybe<Array<Scalars['String']['input']>>;
};

/** An ordering; equals are kept apart by id, so that paging is stable. */
export type ModelOrder = {
  /** Which way. */
  direction?: OrderDirection;
  /** What to order by. */
  field: ModelOrderField;
};

/** What `models` can be ordered by. */
export type ModelOrderField =
  /** Tên. Name, in Vietnamese alphabetical order. */
  | 'NAME'
  /** Số lần nhân rộng. How many replications are told. */
  | 'REPLICATION_COUNT'
  /** Thời điểm bắt đầu. When the origin started, as precisely as known. */
  | 'STARTED_ON'
  /** Lần cập nhật. When the published record last changed. */
  | 'UPDATED_AT';

/** What a place is to a model. */
export type ModelPlaceRole =
  /** Khởi nguồn. It was born there. */
  | 'ORIGIN'
  /** Điểm. A site of it is there. */
  | 'POINT'
  /** Nhân rộng. It went there. */
  | 'REPLICATION';

/** How this model stands to another, read from this one: `A VARIANT_OF B` = A is a variant of B. */
export type ModelRelationKind =
  /** Thành phần của. A part of the other. */
  | 'COMPONENT_OF'
  /** Gộp vào. Went into the other. */
  | 'MERGED_INTO'
  /** Tương tự. Alike, neither from the other. */
  | 'SIMILAR_TO'
  /** Kế tục. Takes the other’s place. */
  | 'SUCCEEDS'
  /** Nâng cấp từ. Grew out of the other. */
  | 'UPGRADED_FROM'
  /** Biến thể của. The same idea, done otherwise. */
  | 'VARIANT_OF';

/** A unit that a decision makes. */
export type NewUnitInput = {
  /** Its code; one that another unit holds today is refused. */
  code?: InputMaybe<Scalars['String']['input']>;
  /** Its full name with the type word: `Phường Ninh Kiều`. */
  name: Scalars['String']['input'];
  /** The unit that it lies in: a slug, `code@date` or code. What all the old ones lie in, unless said. */
  parent?: InputMaybe<Scalars['String']['input']>;
};

/** Whether the model runs today. Apart from the state of its record. */
export type OperationalStatus =
  /** Đang hoạt động. Runs. */
  | 'ACTIVE'
  /** Đã kết thúc. Ended by itself; nobody decided that it is not worth keeping. */
  | 'ENDED'
  /** Cần củng cố. Runs, and a review asks to strengthen it. */
  | 'NEEDS_CONSOLIDATION'
  /** Làm thí điểm. Tried in few places. */
  | 'PILOT'
  /** Đề xuất. Told as a plan; no place runs it yet. */
  | 'PROPOSED'
  /** Thanh loại. Taken off by a decision, with a reason. */
  | 'RETIRED'
  /** Tạm dừng. Paused, to go on later. */
  | 'SUSPENDED'
  /** Chưa rõ. No source tells. */
  | 'UNKNOWN';

/** Direction of an ordering. What is unknown comes last either way. */
export type OrderDirection =
  /** Tăng dần. Smallest, earliest or A first. */
  | 'ASC'
  /** Giảm dần. Largest, latest or last letter first. */
  | 'DESC';

/** Where a model came from. What is left out stays as it is; null clears. */
export type OriginInput = {
  /** How sure it is. */
  confidence?: InputMaybe<Confidence>;
  /** Who started it: a body, never a private person. */
  initiator?: InputMaybe<Scalars['String']['input']>;
  /** How it was born. */
  kind?: InputMaybe<OriginKind>;
  /** The unit that the place was then: a slug, `code@date`, or a code as of `startedOn`. An unknown one is refused, with the nearest. */
  locality?: InputMaybe<Scalars['String']['input']>;
  /** The place as its source writes it. */
  placeAsWritten?: InputMaybe<Scalars['String']['input']>;
  /** The source’s own words on when. */
  startedAsWritten?: InputMaybe<Scalars['String']['input']>;
  /** When it started, as precisely as told. */
  startedOn?: InputMaybe<Scalars['PartialDate']['input']>;
};

/** How a model was born. */
export type OriginKind =
  /** Từ cơ sở. People or officers of one place began it. */
  | 'BOTTOM_UP'
  /** Độc lập. Born in several places apart. */
  | 'INDEPENDENT'
  /** Từ chương trình. A plan of a higher level introduced it. */
  | 'PROGRAMME'
  /** Chưa rõ. No source tells. */
  | 'UNKNOWN';

/** A time span, as precisely as its source tells it. */
export type PeriodInput = {
  /** The source’s own words, when dates do not say it all. */
  asWritten?: InputMaybe<Scalars['String']['input']>;
  /** Its beginning, or the one date told. */
  from?: InputMaybe<Scalars['PartialDate']['input']>;
  /** Its end, included. */
  to?: InputMaybe<Scalars['PartialDate']['input']>;
};

/** A file to look at. */
export type PreviewImportInput = {
  /** The file in base64, at most 10 MB before. Give it as a variable. */
  content: Scalars['String']['input'];
  /** What kind of file. */
  format: ImportFormat;
  /** A name for this very import, unique to the caller: sent again with the same file it answers with the same job, with another it is a CONFLICT. Unless said, the file’s own content. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** The same as `recordLocalityChange` takes. */
export type PreviewLocalityChangeInput = {
  /** The first day of the new units, and the first without the old ones; not after today. */
  effectiveOn: Scalars['Date']['input'];
  /** What becomes of them: one unit for MERGE, two or more for SPLIT, the new name for RENAME, nothing for ABOLISH. */
  into?: InputMaybe<Array<NewUnitInput>>;
  /** What it does. */
  kind: LocalityDecision;
  /** By which paper. */
  legalBasis: LegalBasisInput;
  /** What else should be known. */
  note?: InputMaybe<Scalars['String']['input']>;
  /** The units that it concerns, as of the day before: slugs, `code@date` or codes. */
  units: Array<Scalars['String']['input']>;
};

/** What kind of personal data a text holds. */
export type PrivacyFindingKind =
  /** Số tài khoản. Refused: accounts, cards, and long numbers that nothing explains. */
  | 'BANK_ACCOUNT'
  /** Thư điện tử. Refused. */
  | 'EMAIL'
  /** Số giấy tờ tùy thân. Refused: numbers of identity cards and passports. */
  | 'NATIONAL_ID'
  /** Tên người. May stand in a draft; to be handed in it is changed to a role, or released. */
  | 'PERSONAL_NAME'
  /** Số điện thoại. Refused. Lines that anybody calls (113, 1900…) are none. */
  | 'PHONE';

/** Which record, at which revision. */
export type PublishModelInput = {
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** Global id of the model. */
  id: Scalars['ID']['input'];
  /** Why; stays with the record. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

/** How exact a figure is, as its source words it. */
export type Qualifier =
  /** Khoảng. Around the figure (khoảng). */
  | 'ABOUT'
  /** Đúng. The very figure. */
  | 'EXACT'
  /** Gần. A little less than the figure (gần). */
  | 'NEARLY'
  /** Hơn. More than the figure (hơn, trên). */
  | 'OVER';

/** What a part of a text was taken for. */
export type QueryPartKind =
  /** A short form, opened: “ANTT”. */
  | 'ABBREVIATION'
  /** Anything else that the thesaurus knows, such as a means or a form of work: “kẻng”, “tuần tra”. */
  | 'CONCEPT'
  /** What was left out because the text is too long. */
  | 'CUT'
  /** Words of grammar, which count only a little. */
  | 'FUNCTION_WORDS'
  /** The whole text: models that are near to it in meaning were searched too, where the installation has that and it answered. */
  | 'MEANING'
  /** A number, looked for in digits and in words: “3 không”. */
  | 'NUMBER'
  /** Who takes part or is cared for: “cựu binh”. */
  | 'PARTICIPANT'
  /** A unit of administration, of today or former: “Hậu Giang cũ”. With a cue (a province, “xã”, “ở”, the unit around it) it confines the search; else what is there comes first. */
  | 'PLACE'
  /** What is wrong: “mất trộm”. */
  | 'PROBLEM'
  /** A kind of place: “nhà trọ”. */
  | 'SETTING'
  /** A word that the catalogue lacks, taken for its nearest ones. */
  | 'SPELLING'
  /** What models are about: “an toàn giao thông”. */
  | 'TOPIC';

/** Who recognised a model. */
export type RecognitionLevel =
  /** Cấp xã. A commune, ward or special zone. */
  | 'COMMUNE'
  /** Cấp huyện. A district of before 1/7/2025. */
  | 'DISTRICT'
  /** Cấp Bộ. A ministry or central body. */
  | 'MINISTRY'
  /** Cấp nhà nước. The state: President, Government, Prime Minister. */
  | 'NATIONAL'
  /** Khác. Another body, or not told. */
  | 'OTHER'
  /** Cấp tỉnh. A province or centrally run city. */
  | 'PROVINCE';

/** Two records that are two ideas. */
export type RecordDistinctModelsInput = {
  /** What tells them apart. */
  reason: Scalars['String']['input'];
  /** Global id of one record. */
  sourceId: Scalars['ID']['input'];
  /** Global id of the other. */
  targetId: Scalars['ID']['input'];
};

/** A decision on units. */
export type RecordLocalityChangeInput = {
  /** The first day of the new units, and the first without the old ones; not after today. */
  effectiveOn: Scalars['Date']['input'];
  /** What becomes of them: one unit for MERGE, two or more for SPLIT, the new name for RENAME, nothing for ABOLISH. */
  into?: InputMaybe<Array<NewUnitInput>>;
  /** What it does. */
  kind: LocalityDecision;
  /** By which paper. */
  legalBasis: LegalBasisInput;
  /** What else should be known. */
  note?: InputMaybe<Scalars['String']['input']>;
  /** The units that it concerns, as of the day before: slugs, `code@date` or codes. */
  units: Array<Scalars['String']['input']>;
};

/** Records the review of a cycle, in the next revision; another one of the same cycle corrects it. */
export type RecordReviewInput = {
  /** Who says so. */
  citations?: InputMaybe<Array<CitationInput>>;
  /** The class that it was given, as written. */
  class?: InputMaybe<Scalars['String']['input']>;
  /** The year that the cycle ends in: 2025 runs from 15/11/2024 to 14/11/2025. */
  cycle: Scalars['Int']['input'];
  /** What was decided; RETIRE needs a `decisionReason`. */
  decision?: InputMaybe<ReviewDecision>;
  /** Why it was decided so. */
  decisionReason?: InputMaybe<Scalars['String']['input']>;
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** Global id of the model whose record holds it. */
  modelId: Scalars['ID']['input'];
  /** When the next one is due. */
  nextDueOn?: InputMaybe<Scalars['PartialDate']['input']>;
  /** Why; stays with the revision. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** When. */
  reviewedOn?: InputMaybe<Scalars['PartialDate']['input']>;
  /** The score. */
  score?: InputMaybe<Scalars['Float']['input']>;
};

/** Which record, at which revision. */
export type RejectModelInput = {
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** Global id of the model. */
  id: Scalars['ID']['input'];
  /** Why; this step needs a reason. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

/** Which finding of which record may stay. */
export type ReleasePrivacyFindingInput = {
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** The finding’s `id`. */
  findingId: Scalars['ID']['input'];
  /** Global id of the model. */
  modelId: Scalars['ID']['input'];
  /** Why the name may stay: a historical person, the name of a body. */
  reason: Scalars['String']['input'];
};

/** Takes what a place changed out of a record, in its next revision; the earlier ones keep it. */
export type RemoveAdaptationInput = {
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** Its `id`, as the record tells it. */
  id: Scalars['ID']['input'];
  /** Global id of the model whose record holds it. */
  modelId: Scalars['ID']['input'];
  /** Why; stays with the revision. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

/** Takes another name out of a record, in its next revision; the earlier ones keep it. */
export type RemoveAliasInput = {
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** Its `id`, as the record tells it. */
  id: Scalars['ID']['input'];
  /** Global id of the model whose record holds it. */
  modelId: Scalars['ID']['input'];
  /** Why; stays with the revision. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

/** Takes a condition out of a record, in its next revision; the earlier ones keep it. */
export type RemoveConditionInput = {
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** Its `id`, as the record tells it. */
  id: Scalars['ID']['input'];
  /** Global id of the model whose record holds it. */
  modelId: Scalars['ID']['input'];
  /** Why; stays with the revision. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

/** Takes a cost out of a record, in its next revision; the earlier ones keep it. */
export type RemoveCostInput = {
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** Its `id`, as the record tells it. */
  id: Scalars['ID']['input'];
  /** Global id of the model whose record holds it. */
  modelId: Scalars['ID']['input'];
  /** Why; stays with the revision. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

/** Takes a paper that it rests on out of a record, in its next revision; the earlier ones keep it. */
export type RemoveLegalBasisInput = {
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** Its `id`, as the record tells it. */
  id: Scalars['ID']['input'];
  /** Global id of the model whose record holds it. */
  modelId: Scalars['ID']['input'];
  /** Why; stays with the revision. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

/** Takes a site out of a record, in its next revision; the earlier ones keep it. */
export type RemovePointInput = {
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** Its `id`, as the record tells it. */
  id: Scalars['ID']['input'];
  /** Global id of the model whose record holds it. */
  modelId: Scalars['ID']['input'];
  /** Why; stays with the revision. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

/** Takes a recognition out of a record, in its next revision; the earlier ones keep it. */
export type RemoveRecognitionInput = {
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** Its `id`, as the record tells it. */
  id: Scalars['ID']['input'];
  /** Global id of the model whose record holds it. */
  modelId: Scalars['ID']['input'];
  /** Why; stays with the revision. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

/** Takes a relation out of a record, in its next revision; the earlier ones keep it. */
export type RemoveRelationInput = {
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** Its `id`, as the record tells it. */
  id: Scalars['ID']['input'];
  /** Global id of the model whose record holds it. */
  modelId: Scalars['ID']['input'];
  /** Why; stays with the revision. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

/** Takes a replication out of a record, in its next revision; the earlier ones keep it. */
export type RemoveReplicationInput = {
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** Its `id`, as the record tells it. */
  id: Scalars['ID']['input'];
  /** Global id of the model whose record holds it. */
  modelId: Scalars['ID']['input'];
  /** Why; stays with the revision. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

/** Takes what it takes besides money out of a record, in its next revision; the earlier ones keep it. */
export type RemoveResourceInput = {
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** Its `id`, as the record tells it. */
  id: Scalars['ID']['input'];
  /** Global id of the model whose record holds it. */
  modelId: Scalars['ID']['input'];
  /** Why; stays with the revision. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

/** Takes a result out of a record, in its next revision; the earlier ones keep it. */
export type RemoveResultInput = {
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** Its `id`, as the record tells it. */
  id: Scalars['ID']['input'];
  /** Global id of the model whose record holds it. */
  modelId: Scalars['ID']['input'];
  /** Why; stays with the revision. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

/** Takes a setback out of a record, in its next revision; the earlier ones keep it. */
export type RemoveSetbackInput = {
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** Its `id`, as the record tells it. */
  id: Scalars['ID']['input'];
  /** Global id of the model whose record holds it. */
  modelId: Scalars['ID']['input'];
  /** Why; stays with the revision. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

/** Takes a source off a record, in its next revision. Refused with STILL_CITED while a fact rests on it. */
export type RemoveSourceInput = {
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** Its `id`, as the record tells it. */
  id: Scalars['ID']['input'];
  /** Global id of the model whose record holds it. */
  modelId: Scalars['ID']['input'];
  /** Why; stays with the revision. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

/** Takes a step of doing it out of a record, in its next revision; the earlier ones keep it. */
export type RemoveStepInput = {
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** Its `id`, as the record tells it. */
  id: Scalars['ID']['input'];
  /** Global id of the model whose record holds it. */
  modelId: Scalars['ID']['input'];
  /** Why; stays with the revision. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

/** What became of the model at that place. */
export type ReplicationStatus =
  /** Không thành. Tried, and did not work there. */
  | 'FAILED'
  /** Dự kiến. Announced. */
  | 'PLANNED'
  /** Đang làm. Runs. */
  | 'RUNNING'
  /** Đã dừng. No longer runs. */
  | 'STOPPED'
  /** Duy trì. Told to run still, years after. */
  | 'SUSTAINED'
  /** Chưa rõ. No source tells. */
  | 'UNKNOWN';

/** What is the matter. Without names, telephone numbers, addresses or anything else by which a person can be found. */
export type ReportIssueInput = {
  /** The field, as `FieldChange.path`: `summary`, `results.value`, `points`. */
  field?: InputMaybe<Scalars['String']['input']>;
  /** What kind of matter. */
  kind: IssueKind;
  /** The unit that it concerns, such as the ward that runs it too: a slug, `code@date` or code. */
  locality?: InputMaybe<Scalars['String']['input']>;
  /** Global id of the model. */
  modelId: Scalars['ID']['input'];
  /** The `id` of the result, replication, site or other part that it is in. */
  partId?: InputMaybe<Scalars['ID']['input']>;
  /** What is the matter, in at most 2,000 characters. */
  text: Scalars['String']['input'];
};

/** Which reports: AND between fields, OR inside a list. */
export type ReportedIssueFilter = {
  /** Whether something came of them; false unless said, or `outcomeIn` is. */
  isResolved?: InputMaybe<Scalars['Boolean']['input']>;
  /** Only these kinds. */
  kindIn?: InputMaybe<Array<IssueKind>>;
  /** Only of places, or of models born, on the territory of these units: slugs, `code@date` or codes. */
  localityIn?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Only of this model. */
  modelId?: InputMaybe<Scalars['ID']['input']>;
  /** Only those resolved so. */
  outcomeIn?: InputMaybe<Array<IssueOutcome>>;
  /** Only those reported before this moment: by age. */
  reportedBefore?: InputMaybe<Scalars['DateTime']['input']>;
};

/** Which record, at which revision. */
export type RequestChangesInput = {
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** Global id of the model. */
  id: Scalars['ID']['input'];
  /** Why; this step needs a reason. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

/** What came of a report. */
export type ResolveIssueInput = {
  /** The `id` of the report. */
  id: Scalars['ID']['input'];
  /** What came of it. */
  outcome: IssueOutcome;
  /** Why; stays with the report. */
  reason: Scalars['String']['input'];
};

/** Which places, and which units they were. */
export type ResolvePlacesInput = {
  /** 1 to 100 places. */
  items: Array<ResolvePlacesItem>;
  /** Why; stays with each revision. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

/** One place of a record. */
export type ResolvePlacesItem = {
  /** The `revision` of the working revision that the caller read; places of one record follow each other within one call. */
  expectedRevision: Scalars['Int']['input'];
  /** The `id` of the unresolved place. */
  id: Scalars['ID']['input'];
  /** The unit that the place was then: a slug, `code@date`, or a code as of the date that the fact tells. An unknown one is refused, with the nearest. */
  locality: Scalars['String']['input'];
  /** Global id of the model whose record tells it. */
  modelId: Scalars['ID']['input'];
};

/** Which revision is to be said again. */
export type RestoreRevisionInput = {
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** Global id of the model. */
  id: Scalars['ID']['input'];
  /** Why; stays with the revision. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** Number of the revision whose content becomes the next one’s. */
  revision: Scalars['Int']['input'];
};

/** Which import. */
export type ResumeImportInput = {
  /** Its `id`. */
  id: Scalars['ID']['input'];
};

/** Which ones. */
export type RetryDeadLettersInput = {
  /** The `id`s of 1 to 100 dead letters. */
  ids: Array<Scalars['ID']['input']>;
};

/** What a review decides of a model. */
export type ReviewDecision =
  /** Củng cố. Strengthen it. */
  | 'CONSOLIDATE'
  /** Duy trì. Keep it as it is. */
  | 'MAINTAIN'
  /** Nhân rộng. Take it to other places. */
  | 'REPLICATE'
  /** Thanh loại. Take it off, with a reason. */
  | 'RETIRE';

/** Which open revisions: AND between fields, OR inside a list. */
export type ReviewQueueFilter = {
  /** Only those given to these reviewers: `actorId`s. */
  assigneeIn?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Only what stands there since before this moment: by age. */
  enteredBefore?: InputMaybe<Scalars['DateTime']['input']>;
  /** Whether they were given to anybody. */
  isAssigned?: InputMaybe<Scalars['Boolean']['input']>;
  /** Only models born on the territory of these units, such as a province: slugs, `code@date` or codes. */
  localityIn?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Only these states, of those that are open (DRAFT, SUBMITTED, IN_REVIEW, CHANGES_REQUESTED, APPROVED); SUBMITTED, IN_REVIEW and APPROVED unless said. */
  stateIn?: InputMaybe<Array<EditorialState>>;
};

/** Which key is taken back. */
export type RevokeApiKeyInput = {
  /** Its `id`. */
  id: Scalars['ID']['input'];
  /** Why, for the audit log: at most 2,000 characters. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

/** What a caller with an identity may do, each more than the one before. A caller without one is a reader. */
export type Role =
  /** Quản trị viên. All of that, and keys, and the audit log. */
  | 'ADMIN'
  /** Biên tập viên. Writes, reviews and publishes records of every place. */
  | 'CURATOR'
  /** Cán bộ địa phương. Writes and submits records of their own units and all that lies in them. */
  | 'LOCALITY_OFFICER';

/** A file to bring in. */
export type RunImportInput = {
  /** The file in base64, at most 10 MB before. Give it as a variable. */
  content: Scalars['String']['input'];
  /** What kind of file. */
  format: ImportFormat;
  /** A name for this very import, unique to the caller: sent again with the same file it answers with the same job, with another it is a CONFLICT. Unless said, the file’s own content. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** What answers searches. */
export type SearchEngine =
  /** Meilisearch, where the installation has one. */
  | 'MEILISEARCH'
  /** The database’s own full text: the engine without Meilisearch, and its stand-in. */
  | 'POSTGRES';

/** What went wrong, or held the model back. */
export type SetbackKind =
  /** Bối cảnh. Told of many models together. */
  | 'CONTEXT'
  /** Thiết bị hỏng. Equipment broke down. */
  | 'EQUIPMENT_FAILED'
  /** Không hiệu quả. Judged not to work. */
  | 'INEFFECTIVE'
  /** Hạn chế. A limit that a source tells. */
  | 'LIMITATION'
  /** Đã gộp. Went into another model. */
  | 'MERGED'
  /** Mô hình trước đó. An earlier attempt that this model followed. */
  | 'PREDECESSOR'
  /** Dừng hoạt động. A site or the whole model stopped. */
  | 'STOPPED'
  /** Hoạt động yếu, hình thức. Went through the motions. */
  | 'WEAKENED';

/** What a fact lacks of a source. */
export type SourceGap =
  /** Nguồn chưa có địa chỉ. Every source that is cited for it is known by its title alone. */
  | 'NO_ADDRESS'
  /** Chưa có trích dẫn. Nothing is cited for it: it is our own reading, or nobody said whose. */
  | 'NO_CITATION'
  /** Chỉ dẫn nguồn chung. Only the sources of the record as a whole stand for it. */
  | 'RECORD_ONLY';

/** A source as people call it. One with the same address, or without one the same title and publisher, is the same source, whoever cited it first. */
export type SourceInput = {
  /** When it was published, as precisely as known. */
  publishedOn?: InputMaybe<Scalars['PartialDate']['input']>;
  /** Who published it. */
  publisher?: InputMaybe<Scalars['String']['input']>;
  /** Its title. */
  title: Scalars['String']['input'];
  /** Where it can be read. */
  url?: InputMaybe<Scalars['URL']['input']>;
};

/** How a model came to another place. */
export type Spread =
  /** Nhân rộng theo cấp. The place that started it, or the level above, rolled it out within its area. */
  | 'CASCADE'
  /** Học tập. The place learned it from another and did it of its own accord. */
  | 'LEARNING'
  /** Theo chỉ đạo. A plan or order told the place to do it. */
  | 'MANDATE'
  /** Tự phát song song. The same idea, begun apart. */
  | 'PARALLEL'
  /** Chưa rõ. No source tells. */
  | 'UNKNOWN';

/** Which record, at which revision. */
export type StartReviewInput = {
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** Global id of the model. */
  id: Scalars['ID']['input'];
  /** Why; stays with the record. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

/** Which record, at which revision. */
export type SubmitModelInput = {
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** Global id of the model. */
  id: Scalars['ID']['input'];
  /** Why; stays with the record. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

/** What a suggestion leads to. */
export type SuggestionKind =
  /** A unit of administration. */
  | 'LOCALITY'
  /** A model. */
  | 'MODEL'
  /** A topic. */
  | 'TOPIC';

/** A vocabulary. */
export type TermKind =
  /** Lực lượng tham gia. Participants. */
  | 'PARTICIPANT'
  /** Môi trường. Settings. */
  | 'SETTING'
  /** Lĩnh vực. Topics. */
  | 'TOPIC';

/** Which merge. */
export type UndoMergeInput = {
  /** The `mergeId` that the merge answered with. */
  mergeId: Scalars['ID']['input'];
  /** Why; stays with both records. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

/** Which places: AND between fields, OR inside a list. */
export type UnresolvedPlaceFilter = {
  /** Only of these kinds of facts. */
  kindIn?: InputMaybe<Array<FactKind>>;
  /** Only of models born on the territory of these units: slugs, `code@date` or codes. */
  localityIn?: InputMaybe<Array<Scalars['String']['input']>>;
};

/** Which facts: AND between fields, OR inside a list. */
export type UnsourcedFactFilter = {
  /** Only what lacks this. */
  gapIn?: InputMaybe<Array<SourceGap>>;
  /** Only these kinds. */
  kindIn?: InputMaybe<Array<FactKind>>;
  /** Only of models born on the territory of these units: slugs, `code@date` or codes. */
  localityIn?: InputMaybe<Array<Scalars['String']['input']>>;
};

/** Changes what a place changed of a record, in its next revision. What is left out stays as it is; null clears. */
export type UpdateAdaptationInput = {
  /** Who says so; at least one. Given, they replace those that are there. */
  citations?: InputMaybe<Array<CitationInput>>;
  /** When. */
  date?: InputMaybe<Scalars['PartialDate']['input']>;
  /** The source’s own words on when. */
  dateAsWritten?: InputMaybe<Scalars['String']['input']>;
  /** Until when. */
  dateTo?: InputMaybe<Scalars['PartialDate']['input']>;
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** Its `id`, as the record tells it. */
  id: Scalars['ID']['input'];
  /** The unit that the place was then: a slug, `code@date`, or a code as of the date that the part tells. An unknown one is refused, with the nearest. */
  locality?: InputMaybe<Scalars['String']['input']>;
  /** Global id of the model whose record holds it. */
  modelId: Scalars['ID']['input'];
  /** The place as its source writes it. */
  placeAsWritten?: InputMaybe<Scalars['String']['input']>;
  /** Why; stays with the revision. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** The fact in our own words, in Vietnamese. */
  text?: InputMaybe<Scalars['String']['input']>;
  /** Why the place changed it: its `reason`. (`reason` here is that of the revision.) */
  why?: InputMaybe<Scalars['String']['input']>;
};

/** Changes another name of a record, in its next revision. What is left out stays as it is; null clears. */
export type UpdateAliasInput = {
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** Its `id`, as the record tells it. */
  id: Scalars['ID']['input'];
  /** Global id of the model whose record holds it. */
  modelId: Scalars['ID']['input'];
  /** The name. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** Why; stays with the revision. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** Where it is used. */
  usedIn?: InputMaybe<Scalars['String']['input']>;
  /** Since when. */
  usedSince?: InputMaybe<Scalars['PartialDate']['input']>;
};

/** What a concept is to say. What is left out stays as it is. */
export type UpdateConceptInput = {
  /** Keys of the concepts that it is a case of; all of them. */
  broader?: InputMaybe<Array<Scalars['String']['input']>>;
  /** The same as people of one region say it; all of them. */
  dialect?: InputMaybe<Array<Scalars['String']['input']>>;
  /** True = say what would be touched, and change nothing. */
  dryRun?: InputMaybe<Scalars['Boolean']['input']>;
  /** English words that mean it; all of them. */
  english?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Its key. */
  key: Scalars['String']['input'];
  /** Its English name. */
  labelEn?: InputMaybe<Scalars['String']['input']>;
  /** Its Vietnamese name. */
  labelVi?: InputMaybe<Scalars['String']['input']>;
  /** Global ids of the words of vocabularies that it leads to; all of them. */
  leadsToTermIds?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** Why, for the audit log: at most 2,000 characters. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** Keys of the concepts that help who asks for it; all of them. */
  related?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Global id of the word of a vocabulary that it is; null = none. */
  sameTermId?: InputMaybe<Scalars['ID']['input']>;
  /** Vietnamese words that mean it; all of them. */
  synonyms?: InputMaybe<Array<Scalars['String']['input']>>;
};

/** Changes a condition of a record, in its next revision. What is left out stays as it is; null clears. */
export type UpdateConditionInput = {
  /** How many, when there is a figure in it. */
  amount?: InputMaybe<Scalars['Float']['input']>;
  /** Who says so; at least one unless `isEditorial`. Given, they replace those that are there. */
  citations?: InputMaybe<Array<CitationInput>>;
  /** When. */
  date?: InputMaybe<Scalars['PartialDate']['input']>;
  /** The source’s own words on when. */
  dateAsWritten?: InputMaybe<Scalars['String']['input']>;
  /** Until when. */
  dateTo?: InputMaybe<Scalars['PartialDate']['input']>;
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** Its `id`, as the record tells it. */
  id: Scalars['ID']['input'];
  /** True = our reading, which needs no source; false = a source tells it. */
  isEditorial?: InputMaybe<Scalars['Boolean']['input']>;
  /** Who issued it. */
  issuer?: InputMaybe<Scalars['String']['input']>;
  /** The unit that the place was then: a slug, `code@date`, or a code as of the date that the part tells. An unknown one is refused, with the nearest. */
  locality?: InputMaybe<Scalars['String']['input']>;
  /** Global id of the model whose record holds it. */
  modelId: Scalars['ID']['input'];
  /** Number of the document that sets it, such as `523/QĐ-CP`. */
  number?: InputMaybe<Scalars['String']['input']>;
  /** The place as its source writes it. */
  placeAsWritten?: InputMaybe<Scalars['String']['input']>;
  /** Why; stays with the revision. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** The fact in our own words, in Vietnamese. */
  text?: InputMaybe<Scalars['String']['input']>;
  /** Of what, in Vietnamese. */
  unit?: InputMaybe<Scalars['String']['input']>;
};

/** Changes a cost of a record, in its next revision. What is left out stays as it is; null clears. */
export type UpdateCostInput = {
  /** Amount in `currency`, or in kind when that is null; the lower end of a range. */
  amount?: InputMaybe<Scalars['Float']['input']>;
  /** Upper end, when a range is told. */
  amountMax?: InputMaybe<Scalars['Float']['input']>;
  /** Who says so; at least one. Given, they replace those that are there. */
  citations?: InputMaybe<Array<CitationInput>>;
  /** ISO 4217, such as `VND`; null when paid in kind or not told. */
  currency?: InputMaybe<Scalars['String']['input']>;
  /** When. */
  date?: InputMaybe<Scalars['PartialDate']['input']>;
  /** The source’s own words on when. */
  dateAsWritten?: InputMaybe<Scalars['String']['input']>;
  /** Until when. */
  dateTo?: InputMaybe<Scalars['PartialDate']['input']>;
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** Its `id`, as the record tells it. */
  id: Scalars['ID']['input'];
  /** The unit that the place was then: a slug, `code@date`, or a code as of the date that the part tells. An unknown one is refused, with the nearest. */
  locality?: InputMaybe<Scalars['String']['input']>;
  /** Global id of the model whose record holds it. */
  modelId: Scalars['ID']['input'];
  /** Who paid: a body, never a private person. */
  payer?: InputMaybe<Scalars['String']['input']>;
  /** For what: a camera, a site, a year. */
  per?: InputMaybe<Scalars['String']['input']>;
  /** The place as its source writes it. */
  placeAsWritten?: InputMaybe<Scalars['String']['input']>;
  /** How exact; EXACT unless said. */
  qualifier?: InputMaybe<Qualifier>;
  /** Why; stays with the revision. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** The fact in our own words, in Vietnamese. */
  text?: InputMaybe<Scalars['String']['input']>;
  /** The unit as its source writes it. */
  unitAsWritten?: InputMaybe<Scalars['String']['input']>;
};

/** Changes a paper that it rests on of a record, in its next revision. What is left out stays as it is; null clears. */
export type UpdateLegalBasisInput = {
  /** Who says so; at least one. Given, they replace those that are there. */
  citations?: InputMaybe<Array<CitationInput>>;
  /** When. */
  date?: InputMaybe<Scalars['PartialDate']['input']>;
  /** The source’s own words on when. */
  dateAsWritten?: InputMaybe<Scalars['String']['input']>;
  /** Until when. */
  dateTo?: InputMaybe<Scalars['PartialDate']['input']>;
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** Its `id`, as the record tells it. */
  id: Scalars['ID']['input'];
  /** Who issued it. */
  issuer?: InputMaybe<Scalars['String']['input']>;
  /** The unit that the place was then: a slug, `code@date`, or a code as of the date that the part tells. An unknown one is refused, with the nearest. */
  locality?: InputMaybe<Scalars['String']['input']>;
  /** Global id of the model whose record holds it. */
  modelId: Scalars['ID']['input'];
  /** Number of the document, such as `523/QĐ-CP`. */
  number?: InputMaybe<Scalars['String']['input']>;
  /** The place as its source writes it. */
  placeAsWritten?: InputMaybe<Scalars['String']['input']>;
  /** Why; stays with the revision. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** The fact in our own words, in Vietnamese. */
  text?: InputMaybe<Scalars['String']['input']>;
};

/** New values of plain fields. What is left out stays as it is; null clears. */
export type UpdateModelInput = {
  /** All other names; those that stay keep what else is known of them. */
  aliases?: InputMaybe<Array<Scalars['String']['input']>>;
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** The mechanism. */
  howItWorks?: InputMaybe<Scalars['String']['input']>;
  /** Global id of the model. */
  id: Scalars['ID']['input'];
  /** Who leads it. */
  leadBody?: InputMaybe<Scalars['String']['input']>;
  /** Official name, in Vietnamese. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** Whether it runs today; UNKNOWN unless said. */
  operationalStatus?: InputMaybe<OperationalStatus>;
  /** Where it came from. */
  origin?: InputMaybe<OriginInput>;
  /** Keys of participants; all of them. */
  participants?: InputMaybe<Array<Scalars['String']['input']>>;
  /** What it answers. */
  problem?: InputMaybe<Scalars['String']['input']>;
  /** Why; stays with the revision. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** Keys of settings; all of them. */
  settings?: InputMaybe<Array<Scalars['String']['input']>>;
  /** The sources of the record as a whole; all of them. A source that a fact rests on stays. */
  sources?: InputMaybe<Array<SourceInput>>;
  /** What it is, in a few sentences. */
  summary?: InputMaybe<Scalars['String']['input']>;
  /** Keys of topics, such as `traffic-safety`; all of them. Unknown ones are refused, with the nearest. */
  topics?: InputMaybe<Array<Scalars['String']['input']>>;
};

/** Changes a site of a record, in its next revision. What is left out stays as it is; null clears. */
export type UpdatePointInput = {
  /** Who says so; at least one. Given, they replace those that are there. */
  citations?: InputMaybe<Array<CitationInput>>;
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** Teams (tổ) at the site. */
  groupCount?: InputMaybe<Scalars['Int']['input']>;
  /** Its `id`, as the record tells it. */
  id: Scalars['ID']['input'];
  /** The unit that the place was then: a slug, `code@date`, or a code as of the date that the part tells. An unknown one is refused, with the nearest. */
  locality?: InputMaybe<Scalars['String']['input']>;
  /** Global id of the model whose record holds it. */
  modelId: Scalars['ID']['input'];
  /** Name of the site. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** The place as its source writes it. */
  placeAsWritten?: InputMaybe<Scalars['String']['input']>;
  /** Why; stays with the revision. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** When it started. */
  startedOn?: InputMaybe<Scalars['PartialDate']['input']>;
  /** Whether it runs; UNKNOWN unless said. */
  status?: InputMaybe<ReplicationStatus>;
};

/** Changes a recognition of a record, in its next revision. What is left out stays as it is; null clears. */
export type UpdateRecognitionInput = {
  /** When it was taken back; needs a reason. It stays in the record. */
  annulledOn?: InputMaybe<Scalars['PartialDate']['input']>;
  /** Why it was taken back. */
  annulmentReason?: InputMaybe<Scalars['String']['input']>;
  /** Who, as written; needed for the levels MINISTRY and NATIONAL. */
  by?: InputMaybe<Scalars['String']['input']>;
  /** Who says so; at least one. Given, they replace those that are there. */
  citations?: InputMaybe<Array<CitationInput>>;
  /** When. */
  date?: InputMaybe<Scalars['PartialDate']['input']>;
  /** The source’s own words on when. */
  dateAsWritten?: InputMaybe<Scalars['String']['input']>;
  /** Until when. */
  dateTo?: InputMaybe<Scalars['PartialDate']['input']>;
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** In which form. */
  form?: InputMaybe<Scalars['String']['input']>;
  /** Its `id`, as the record tells it. */
  id: Scalars['ID']['input'];
  /** Level of who recognised it. */
  level?: InputMaybe<RecognitionLevel>;
  /** Global id of the model whose record holds it. */
  modelId: Scalars['ID']['input'];
  /** Why; stays with the revision. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

/** Changes a relation of a record, in its next revision. What is left out stays as it is; null clears. */
export type UpdateRelationInput = {
  /** Who says so; none when it is our reading. */
  citations?: InputMaybe<Array<CitationInput>>;
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** Its `id`, as the record tells it. */
  id: Scalars['ID']['input'];
  /** The relation, read from this record to the other. */
  kind?: InputMaybe<ModelRelationKind>;
  /** Global id of the other model. */
  model?: InputMaybe<Scalars['ID']['input']>;
  /** Global id of the model whose record holds it. */
  modelId: Scalars['ID']['input'];
  /** What else is told. */
  note?: InputMaybe<Scalars['String']['input']>;
  /** Why; stays with the revision. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

/** Changes a replication of a record, in its next revision. What is left out stays as it is; null clears. */
export type UpdateReplicationInput = {
  /** Who says so; at least one. Given, they replace those that are there. */
  citations?: InputMaybe<Array<CitationInput>>;
  /** How sure it is; CLAIMED unless said. */
  confidence?: InputMaybe<Confidence>;
  /** When it ended there. */
  endedOn?: InputMaybe<Scalars['PartialDate']['input']>;
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** Its `id`, as the record tells it. */
  id: Scalars['ID']['input'];
  /** The unit that the place was then: a slug, `code@date`, or a code as of the date that the part tells. An unknown one is refused, with the nearest. */
  locality?: InputMaybe<Scalars['String']['input']>;
  /** The plan or order behind it. */
  mandate?: InputMaybe<Scalars['String']['input']>;
  /** How many people take part there. */
  members?: InputMaybe<Scalars['Int']['input']>;
  /** Global id of the model whose record holds it. */
  modelId: Scalars['ID']['input'];
  /** What else is told. */
  note?: InputMaybe<Scalars['String']['input']>;
  /** The place as its source writes it. */
  placeAsWritten?: InputMaybe<Scalars['String']['input']>;
  /** Why; stays with the revision. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** How many sites (điểm) run it there. */
  sites?: InputMaybe<Scalars['Int']['input']>;
  /** How it came there; UNKNOWN unless said. */
  spread?: InputMaybe<Spread>;
  /** The source’s own words on when. */
  startedAsWritten?: InputMaybe<Scalars['String']['input']>;
  /** When it started there. */
  startedOn?: InputMaybe<Scalars['PartialDate']['input']>;
  /** What became of it; UNKNOWN unless said. */
  status?: InputMaybe<ReplicationStatus>;
  /** Why it stopped or failed. */
  statusReason?: InputMaybe<Scalars['String']['input']>;
};

/** Changes what it takes besides money of a record, in its next revision. What is left out stays as it is; null clears. */
export type UpdateResourceInput = {
  /** How many. */
  amount?: InputMaybe<Scalars['Float']['input']>;
  /** Who says so; at least one. Given, they replace those that are there. */
  citations?: InputMaybe<Array<CitationInput>>;
  /** When. */
  date?: InputMaybe<Scalars['PartialDate']['input']>;
  /** The source’s own words on when. */
  dateAsWritten?: InputMaybe<Scalars['String']['input']>;
  /** Until when. */
  dateTo?: InputMaybe<Scalars['PartialDate']['input']>;
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** Its `id`, as the record tells it. */
  id: Scalars['ID']['input'];
  /** The unit that the place was then: a slug, `code@date`, or a code as of the date that the part tells. An unknown one is refused, with the nearest. */
  locality?: InputMaybe<Scalars['String']['input']>;
  /** Global id of the model whose record holds it. */
  modelId: Scalars['ID']['input'];
  /** The place as its source writes it. */
  placeAsWritten?: InputMaybe<Scalars['String']['input']>;
  /** Why; stays with the revision. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** The fact in our own words, in Vietnamese. */
  text?: InputMaybe<Scalars['String']['input']>;
  /** Of what, in Vietnamese. */
  unit?: InputMaybe<Scalars['String']['input']>;
};

/** Changes a result of a record, in its next revision. What is left out stays as it is; null clears. */
export type UpdateResultInput = {
  /** The day that it was true. */
  asOf?: InputMaybe<Scalars['PartialDate']['input']>;
  /** Whether it says anything of the model’s effect; CONTRIBUTION unless said. */
  attribution?: InputMaybe<Attribution>;
  /** What it is compared with. */
  baseline?: InputMaybe<BaselineInput>;
  /** Who says so; at least one. Given, they replace those that are there. */
  citations?: InputMaybe<Array<CitationInput>>;
  /** The source’s own words on comparison. */
  comparisonAsWritten?: InputMaybe<Scalars['String']['input']>;
  /** Kind of thing that is counted; NONE without a figure, else OTHER unless said. */
  countingUnit?: InputMaybe<CountingUnit>;
  /** Global ids of other models that this very claim is reported for; all of them. */
  creditedTo?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** Which way it points; UNKNOWN unless said. */
  effect?: InputMaybe<Effect>;
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** Its `id`, as the record tells it. */
  id: Scalars['ID']['input'];
  /** What is measured. */
  indicator?: InputMaybe<Scalars['String']['input']>;
  /** The unit that the place was then: a slug, `code@date`, or a code as of the date that the part tells. An unknown one is refused, with the nearest. */
  locality?: InputMaybe<Scalars['String']['input']>;
  /** Global id of the model whose record holds it. */
  modelId: Scalars['ID']['input'];
  /** The whole that the figure is part of. */
  outOf?: InputMaybe<Scalars['Float']['input']>;
  /** The time that it covers. */
  period?: InputMaybe<PeriodInput>;
  /** The place as its source writes it. */
  placeAsWritten?: InputMaybe<Scalars['String']['input']>;
  /** How exact; EXACT unless said. */
  qualifier?: InputMaybe<Qualifier>;
  /** Why; stays with the revision. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** The claim in our own words. */
  statement?: InputMaybe<Scalars['String']['input']>;
  /** Unit of the figure, in Vietnamese. */
  unit?: InputMaybe<Scalars['String']['input']>;
  /** The figure, or the lower end of a range; null = the claim has none. */
  value?: InputMaybe<Scalars['Float']['input']>;
  /** Upper end, when a range is told. */
  valueMax?: InputMaybe<Scalars['Float']['input']>;
};

/** Changes a setback of a record, in its next revision. What is left out stays as it is; null clears. */
export type UpdateSetbackInput = {
  /** How many are concerned. */
  amount?: InputMaybe<Scalars['Float']['input']>;
  /** Who says so; at least one. Given, they replace those that are there. */
  citations?: InputMaybe<Array<CitationInput>>;
  /** When. */
  date?: InputMaybe<Scalars['PartialDate']['input']>;
  /** The source’s own words on when. */
  dateAsWritten?: InputMaybe<Scalars['String']['input']>;
  /** Until when. */
  dateTo?: InputMaybe<Scalars['PartialDate']['input']>;
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** Its `id`, as the record tells it. */
  id: Scalars['ID']['input'];
  /** What went wrong. */
  kind?: InputMaybe<SetbackKind>;
  /** The unit that the place was then: a slug, `code@date`, or a code as of the date that the part tells. An unknown one is refused, with the nearest. */
  locality?: InputMaybe<Scalars['String']['input']>;
  /** Global id of the model whose record holds it. */
  modelId: Scalars['ID']['input'];
  /** The place as its source writes it. */
  placeAsWritten?: InputMaybe<Scalars['String']['input']>;
  /** Why; stays with the revision. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** How many of them still work, when told. */
  stillWorking?: InputMaybe<Scalars['Float']['input']>;
  /** The fact in our own words, in Vietnamese. */
  text?: InputMaybe<Scalars['String']['input']>;
  /** Of what, in Vietnamese. */
  unit?: InputMaybe<Scalars['String']['input']>;
  /** Why it went wrong, as told: its `reason`. (`reason` here is that of the revision.) */
  why?: InputMaybe<Scalars['String']['input']>;
};

/** Names another source in the place of one, wherever the record cites it, in its next revision. The source itself is shared with other records and stays as it is. */
export type UpdateSourceInput = {
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** Its `id`, as the record tells it. */
  id: Scalars['ID']['input'];
  /** Global id of the model whose record holds it. */
  modelId: Scalars['ID']['input'];
  /** When it was published, as precisely as known. */
  publishedOn?: InputMaybe<Scalars['PartialDate']['input']>;
  /** Who published it. */
  publisher?: InputMaybe<Scalars['String']['input']>;
  /** Why; stays with the revision. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** Its title. */
  title: Scalars['String']['input'];
  /** Where it can be read. */
  url?: InputMaybe<Scalars['URL']['input']>;
};

/** Changes a step of doing it of a record, in its next revision. What is left out stays as it is; null clears. */
export type UpdateStepInput = {
  /** Who says so; at least one. Given, they replace those that are there. */
  citations?: InputMaybe<Array<CitationInput>>;
  /** When. */
  date?: InputMaybe<Scalars['PartialDate']['input']>;
  /** The source’s own words on when. */
  dateAsWritten?: InputMaybe<Scalars['String']['input']>;
  /** Until when. */
  dateTo?: InputMaybe<Scalars['PartialDate']['input']>;
  /** The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs. */
  expectedRevision: Scalars['Int']['input'];
  /** Its `id`, as the record tells it. */
  id: Scalars['ID']['input'];
  /** The unit that the place was then: a slug, `code@date`, or a code as of the date that the part tells. An unknown one is refused, with the nearest. */
  locality?: InputMaybe<Scalars['String']['input']>;
  /** Global id of the model whose record holds it. */
  modelId: Scalars['ID']['input'];
  /** The place as its source writes it. */
  placeAsWritten?: InputMaybe<Scalars['String']['input']>;
  /** Why; stays with the revision. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** The fact in our own words, in Vietnamese. */
  text?: InputMaybe<Scalars['String']['input']>;
};

/** What a word is to say. What is left out stays as it is; null clears the description. */
export type UpdateTermInput = {
  /** What the word covers, in Vietnamese. */
  description?: InputMaybe<Scalars['String']['input']>;
  /** True = say what would be touched, and change nothing. */
  dryRun?: InputMaybe<Scalars['Boolean']['input']>;
  /** Global id of the topic, setting or participant. */
  id: Scalars['ID']['input'];
  /** The same in English. */
  labelEn?: InputMaybe<Scalars['String']['input']>;
  /** What people read, in Vietnamese. */
  labelVi?: InputMaybe<Scalars['String']['input']>;
  /** Its place in the vocabulary’s order, from 0. */
  position?: InputMaybe<Scalars['Int']['input']>;
  /** Why, for the audit log: at most 2,000 characters. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** Other words that mean it in texts and searches; all of them. */
  synonyms?: InputMaybe<Array<Scalars['String']['input']>>;
};

/** Which decision. */
export type WithdrawDistinctionInput = {
  /** Its `id`. */
  distinctionId: Scalars['ID']['input'];
  /** Why it is taken back. */
  reason: Scalars['String']['input'];
};

/** What was done with a record. */
export type WorkflowStepKind =
  /** Duyệt. Somebody who did not write it approved it. */
  | 'APPROVE'
  /** Lưu trữ. It was taken out of everything that is read; the reason says why. */
  | 'ARCHIVE'
  /** Tạo. It was written for the first time. */
  | 'CREATE'
  /** Sửa. A next revision was written. */
  | 'EDIT'
  /** Gộp. It went into another record, or another one into it. */
  | 'MERGE'
  /** Công bố. It became what everybody reads. */
  | 'PUBLISH'
  /** Không duyệt. The working revision was turned down; the reason says why. */
  | 'REJECT'
  /** Yêu cầu chỉnh sửa. A reviewer asked for changes; the reason says which. */
  | 'REQUEST_CHANGES'
  /** Khôi phục. What an earlier revision said became the next one. */
  | 'RESTORE'
  /** Nhận thẩm định. A reviewer took it. */
  | 'START_REVIEW'
  /** Trình. It was handed in for review. */
  | 'SUBMIT'
  /** Bỏ gộp. A merge was taken back. */
  | 'UNDO_MERGE';

/** Years, both ends included; either may be left out. What has no known year is outside. */
export type YearRange = {
  /** First year. */
  from?: InputMaybe<Scalars['Int']['input']>;
  /** Last year. */
  to?: InputMaybe<Scalars['Int']['input']>;
};

export type PrintModelQueryVariables = Exact<{
  slug: Scalars['String']['input'];
}>;


export type PrintModelQuery = { model: { name: string, url: string, summary: string, operationalStatus: OperationalStatus, evidence: { level: EvidenceLevel }, topics: Array<{ label: string }>, origin: { placeAsWritten: string | null, startedOn: string | null, initiator: string | null, localitiesNow: Array<{ isWhole: boolean, locality: { fullName: string } }> }, results: { totalCount: number, nodes: Array<{ statement: string, value: number | null, valueMax: number | null, qualifier: Qualifier, unit: string | null, asOf: string | null, attribution: Attribution, citations: Array<{ locator: string | null, source: { title: string, url: string | null } }> }> }, sources: { totalCount: number, nodes: Array<{ title: string, publisher: string | null, url: string | null, publishedOn: string | null }> } } | null };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}

export const PrintModelDocument = new TypedDocumentString(`
    query PrintModel($slug: String!) {
  model(slug: $slug) {
    name
    url
    summary
    operationalStatus
    evidence {
      level
    }
    topics {
      label
    }
    origin {
      placeAsWritten
      startedOn
      initiator
      localitiesNow {
        isWhole
        locality {
          fullName
        }
      }
    }
    results(first: 10) {
      totalCount
      nodes {
        statement
        value
        valueMax
        qualifier
        unit
        asOf
        attribution
        citations {
          locator
          source {
            title
            url
          }
        }
      }
    }
    sources(first: 20) {
      totalCount
      nodes {
        title
        publisher
        url
        publishedOn
      }
    }
  }
}
    `) as unknown as TypedDocumentString<PrintModelQuery, PrintModelQueryVariables>;