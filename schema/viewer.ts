/** The caller, as this API knows them. */
import { listUnits } from '../server/domain/locality/read.ts'
import type { SignedInViewer } from '../server/domain/viewer.ts'
import { builder } from './builder.ts'
import { Role } from './enums.ts'
import { Locality } from './refs.ts'
import { selectionOf } from './select.ts'

const Viewer = builder.objectRef<SignedInViewer>('Viewer').implement({
  access: 'SIGNED_IN',
  description: 'Whoever sent the key or token of this request.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Name of the key, or of the person as the identity provider tells it.' }),
    actorId: t.exposeString('id', { description: 'What revisions and the audit log call this caller; no name, and stable.' }),
    role: t.field({ type: Role, description: 'What they may do.', resolve: ({ role }) => role }),
    localities: t.field({
      type: [Locality], description: 'The units that an officer writes for, each with all that lies in it; empty for other roles, who write for all.',
      resolve: ({ localities }, _args, { db }, info) => listUnits(db, localities, selectionOf(info)),
    }),
  }),
})

builder.queryFields((t) => ({
  viewer: t.field({
    access: 'ANYONE', type: Viewer, nullable: true,
    description: 'Who you are here; null without a key or token. A key or token that is not good is refused as a whole: UNAUTHENTICATED.',
    resolve: (_root, _args, { viewer }) => viewer,
  }),
}))
