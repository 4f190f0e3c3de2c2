/** Places: one unit of administration over one interval, and what it became. */
import { encodeGlobalID } from '@pothos/plugin-relay'
import { findLocality, searchLocalities } from '../server/domain/locality/read.ts'
import { builder } from './builder.ts'
import { LocalityLevel } from './enums.ts'
import { Node } from './node.ts'
import { pageCost } from './pagination.ts'
import { Locality, LocalityMatch, LocalityShare } from './refs.ts'
import { related, selectionOf } from './select.ts'

Locality.implement({
  access: 'ANYONE',
  description: 'One unit of administration over one interval of validity. Codes were given out again, so identity is the id or the slug, never the code.',
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({ description: 'Global id.', sql: ['id'], resolve: ({ id }) => encodeGlobalID('Locality', id) }),
    slug: t.exposeString('slug', { description: 'Unique for ever: today’s unit has the short one (`can-tho`), former ones tell when they ended (`can-tho-den-2025`).' }),
    code: t.exposeString('code', { nullable: true, description: 'Code of the General Statistics Office while the unit existed; other units had it before or after.' }),
    name: t.exposeString('name', { description: 'Name without its kind: “Ninh Kiều”.' }),
    fullName: t.exposeString('fullName', { description: 'Name with its kind: “Phường Ninh Kiều”.' }),
    level: t.field({ type: LocalityLevel, description: 'Level of administration.', sql: ['level'], resolve: ({ level }) => level }),
    kind: t.exposeString('kind', { description: 'Kind within its level, in Vietnamese: tỉnh, thành phố, quận, huyện, xã, phường, đặc khu …' }),
    validFrom: t.expose('validFrom', { type: 'Date', nullable: true, description: 'First day; null = before the units’ history begins.' }),
    validUntil: t.expose('validUntil', { type: 'Date', nullable: true, description: 'First day on which it no longer existed; null = exists today.' }),
    parent: t.field({ type: Locality, nullable: true, description: 'The unit that it is part of; null for provinces.', sql: { relation: 'parent' }, resolve: related }),
    predecessors: t.field({ type: [LocalityShare], description: 'The units it was made from; `isWhole` tells whether all of that unit went into this one.', sql: { relation: 'predecessors' }, resolve: related }),
    successors: t.field({ type: [LocalityShare], description: 'The units that it became; empty while it exists.', sql: { relation: 'successors' }, resolve: related }),
    localitiesNow: t.field({ type: [LocalityShare], description: 'Today’s units of the same level on its territory (for a former district: today’s province). A unit of today is itself.', sql: { relation: 'localitiesNow' }, resolve: related }),
  }),
})

LocalityShare.implement({
  access: 'ANYONE',
  description: 'A unit, and whether it holds the whole of the territory in question or a part.',
  fields: (t) => ({
    locality: t.field({ type: Locality, description: 'The unit.', sql: { relation: 'locality' }, resolve: related }),
    isWhole: t.exposeBoolean('isWhole', { description: 'False when the territory was split and only a part lies in this unit.' }),
  }),
})

LocalityMatch.implement({
  access: 'ANYONE',
  description: 'A unit found by a name.',
  fields: (t) => ({
    locality: t.field({ type: Locality, description: 'The unit.', sql: { relation: 'locality' }, resolve: related }),
    matchedName: t.exposeString('matchedName', { description: 'The name that was found: the unit’s own, an older one or an abbreviation.' }),
    score: t.exposeFloat('score', { description: 'How well the name fits, 0–1; below 0.6 a spelling was taken for another.' }),
  }),
})

builder.queryFields((t) => ({
  locality: t.field({
    access: 'ANYONE', type: Locality, nullable: true,
    description: 'One unit, by slug or code; null when nothing has that slug. Errors: BAD_USER_INPUT for a code that nobody held, naming the nearest.',
    args: {
      slug: t.arg.string({ description: 'A slug such as `can-tho`; also `code@date` or a bare code. Either this or `code`.' }),
      code: t.arg.string({ description: 'A code such as `92`: its holder on `asOf`, else its last holder; or `92@2024-01-01`.' }),
      asOf: t.arg({ type: 'Date', description: 'The day on which a code is read; today unless said. A slug names one unit for ever.' }),
    },
    resolve: (_root, args, { db }, info) => findLocality(db, args, selectionOf(info)),
  }),
  localities: t.field({
    access: 'ANYONE', type: [LocalityMatch],
    description: 'Units by a name as typed, best first: marks optional, old names and abbreviations too (`tphcm`); `ninh kieu, can tho` narrows by what it lies in.',
    args: {
      query: t.arg.string({ required: true, description: 'A name or its beginning; an empty one finds nothing.' }),
      asOf: t.arg({ type: 'Date', description: 'Only units that existed on that day; all, former ones last, unless said.' }),
      first: t.arg.int({ description: 'At most so many: 1–100, 20 unless said.' }),
    },
    complexity: (args) => pageCost(args),
    resolve: (_root, args, { db }, info) => searchLocalities(db, args, selectionOf(info)),
  }),
}))
