/** Loads every noun, then builds the schema. */
import './fact.ts'
import './locality.ts'
import './model.ts'
import './model/history.ts'
import './model/merge.ts'
import './model/mutations.ts'
import './model/parts.ts'
import './model/workflow.ts'
import './node.ts'
import './replication.ts'
import './result.ts'
import './search.ts'
import './source.ts'
import './term.ts'
import { builder } from './builder.ts'

export const schema = builder.toSchema()
