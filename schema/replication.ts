/** Where a model went: replications and points. */
import { encodeGlobalID } from '@pothos/plugin-relay'
import { Confidence, ReplicationStatus, Spread } from './enums.ts'
import { Node } from './node.ts'
import { connectionType } from './pagination.ts'
import { Adaptation, Citation, Locality, LocalityShare, Point, Replication } from './refs.ts'
import { related } from './select.ts'

Replication.implement({
  access: 'ANYONE',
  description: 'The model came to a place: when, how, and what became of it.',
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({ description: 'Global id.', sql: ['id'], resolve: ({ id }) => encodeGlobalID('Replication', id) }),
    spread: t.field({ type: Spread, description: 'How it came there.', sql: ['spread'], resolve: ({ spread }) => spread as never }),
    placeAsWritten: t.exposeString('placeAsWritten', { description: 'The place as its source wrote it.' }),
    localityThen: t.field({ type: Locality, nullable: true, description: 'The unit that the place was then; null when it could not be told.', sql: { relation: 'localityThen' }, resolve: related }),
    localitiesNow: t.field({ type: [LocalityShare], description: 'Today’s units on that territory; empty when the place could not be told.', sql: { relation: 'localitiesNow' }, resolve: related }),
    startedOn: t.expose('startedOn', { type: 'PartialDate', nullable: true, description: 'When it started there.' }),
    startedAsWritten: t.exposeString('startedAsWritten', { nullable: true, description: 'The source’s own words on when, when a date does not say it all.' }),
    endedOn: t.expose('endedOn', { type: 'PartialDate', nullable: true, description: 'When it ended there; null = not told to have ended.' }),
    status: t.field({ type: ReplicationStatus, description: 'What became of it.', sql: ['status'], resolve: ({ status }) => status as never }),
    statusReason: t.exposeString('statusReason', { nullable: true, description: 'Why it stopped or failed, as told.' }),
    mandate: t.exposeString('mandate', { nullable: true, description: 'The plan or order behind it.' }),
    sites: t.exposeInt('sites', { nullable: true, description: 'How many sites (điểm) run it there; null = not told.' }),
    members: t.exposeInt('members', { nullable: true, description: 'How many people take part there; null = not told.' }),
    adaptations: t.field({ type: [Adaptation], description: 'What was changed at this very place.', sql: { relation: 'adaptations' }, resolve: related }),
    note: t.exposeString('note', { nullable: true, description: 'What else is told.' }),
    confidence: t.field({ type: Confidence, description: 'How sure it is that this place took the model over.', sql: ['confidence'], resolve: ({ confidence }) => confidence as never }),
    citations: t.field({ type: [Citation], description: 'Who says so; never empty.', sql: { relation: 'citations' }, resolve: related }),
  }),
})

Point.implement({
  access: 'ANYONE',
  description: 'A site (điểm) that runs the model: the official counting unit.',
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({ description: 'Global id.', sql: ['id'], resolve: ({ id }) => encodeGlobalID('Point', id) }),
    name: t.exposeString('name', { description: 'Name of the site.' }),
    placeAsWritten: t.exposeString('placeAsWritten', { nullable: true, description: 'The place as its source wrote it.' }),
    localityThen: t.field({ type: Locality, nullable: true, description: 'The unit that the place was then.', sql: { relation: 'localityThen' }, resolve: related }),
    localitiesNow: t.field({ type: [LocalityShare], description: 'Today’s units on that territory.', sql: { relation: 'localitiesNow' }, resolve: related }),
    startedOn: t.expose('startedOn', { type: 'PartialDate', nullable: true, description: 'When it started.' }),
    status: t.field({ type: ReplicationStatus, description: 'Whether it runs.', sql: ['status'], resolve: ({ status }) => status as never }),
    groupCount: t.exposeInt('groupCount', { nullable: true, description: 'Teams (tổ) at the site; never added to sites or models. Null = not told.' }),
    citations: t.field({ type: [Citation], description: 'Who says so; never empty.', sql: { relation: 'citations' }, resolve: related }),
  }),
})

export const ReplicationConnection = connectionType(Replication, 'replications')
export const PointConnection = connectionType(Point, 'points')
