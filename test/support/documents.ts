/** Operations of tests, by their text: parsed and validated once, as a server does. */
import { parse, validate } from 'graphql'
import { schema } from '../../schema/index.ts'
import { onceForText } from '../../server/once.ts'

/** @throws GraphQLError for what is no document */
export const documentOf = onceForText((text) => {
  const document = parse(text)
  return { document, faults: validate(schema, document) }
})
