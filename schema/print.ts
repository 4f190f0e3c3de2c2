/** Prints the schema: `npm run schema:print` writes schema.graphql, which is committed and compared in the tests. */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { lexicographicSortSchema, printSchema } from 'graphql'
import { schema } from './index.ts'

export const SDL_FILE = fileURLToPath(new URL('schema.graphql', import.meta.url))
const HEADER = '# Printed from schema/*.ts by `npm run schema:print`; edit those, not this.\n\n'

/** The whole contract as SDL, sorted, so that a change is a small diff. */
export const printSdl = (): string => `${HEADER}${printSchema(lexicographicSortSchema(schema))}\n`

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(SDL_FILE, printSdl())
  process.stdout.write(`Wrote ${SDL_FILE}\n`)
}
