/** The audit log, as far as it is asked for over the API: whether it is whole. */
import { parseAnchor } from '../server/domain/audit/chain.ts'
import { type AuditFault as Fault, type AuditReport, verifyAudit } from '../server/domain/audit/verify.ts'
import { builder } from './builder.ts'
import { AuditFaultKind } from './enums.ts'

const AuditFault = builder.objectRef<Fault>('AuditFault').implement({
  access: 'ADMIN',
  description: 'Something wrong with the audit log.',
  fields: (t) => ({
    kind: t.field({ type: AuditFaultKind, description: 'What is wrong.', resolve: ({ kind }) => kind }),
    entry: t.exposeInt('seq', { description: 'Number of the entry, or of the first that is missing.' }),
    message: t.exposeString('message', { description: 'The same in words.' }),
  }),
})

const AuditVerification = builder.objectRef<AuditReport>('AuditVerification').implement({
  access: 'ADMIN',
  description: 'What a check of the whole audit log found.',
  fields: (t) => ({
    isWhole: t.boolean({ description: 'True when nothing is wrong.', resolve: ({ faults }) => faults.length === 0 }),
    entryCount: t.exposeInt('entries', { description: 'Entries that were checked.' }),
    erasedCount: t.exposeInt('erased', { description: 'Entries among them whose payload was erased, with an explanation.' }),
    anchor: t.string({ description: 'The end of the log as `number:hash`. Kept elsewhere and given to a later check, it shows a log that was written anew.', resolve: ({ head }) => `${head.seq}:${head.hash}` }),
    faults: t.field({ type: [AuditFault], description: 'What is wrong; the first hundred.', resolve: ({ faults }) => faults }),
  }),
})

builder.queryFields((t) => ({
  auditVerification: t.field({
    access: 'ADMIN', type: AuditVerification,
    description: 'Checks the audit log from its beginning: every byte of every entry, that none is missing, that every erasure is explained. `npm run audit:verify` does the same. Errors: UNAUTHENTICATED, FORBIDDEN for others than admins, BAD_USER_INPUT.',
    args: { anchor: t.arg.string({ description: 'The `anchor` of an earlier check.' }) },
    resolve: (_root, { anchor }, { db }) => verifyAudit(db, { anchor: parseAnchor(anchor) }),
  }),
}))
