/** Loads every noun, then builds the schema. */
import './api-key.ts'
import './audit.ts'
import './fact.ts'
import './locality.ts'
import './model.ts'
import './node.ts'
import './replication.ts'
import './result.ts'
import './search.ts'
import './source.ts'
import './term.ts'
import './viewer.ts'
import { builder } from './builder.ts'

export const schema = builder.toSchema()
