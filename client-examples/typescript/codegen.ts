/**
 * `npm run codegen`: types and documents for this example, from the published schema and the `.graphql` files beside this one.
 *
 * It drives `@graphql-codegen/client-preset` itself, because the command line tool would bring 260 packages more. A project of your
 * own may as well use `graphql-codegen` with the same preset and the schema at http://127.0.0.1:4000/schema.graphql.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { preset } from '@graphql-codegen/client-preset'
import { codegen } from '@graphql-codegen/core'
import { parse } from 'graphql'

const here = fileURLToPath(new URL('.', import.meta.url))
const schemaFile = fileURLToPath(new URL('../../schema/schema.graphql', import.meta.url))

/** The generated files by path: `{ 'generated/graphql.ts': '…' }`. */
export const generateClient = async (): Promise<Record<string, string>> => {
  const documents = readdirSync(here).filter((file) => file.endsWith('.graphql')).sort().map((file) => {
    const rawSDL = readFileSync(join(here, file), 'utf8')
    return { location: file, rawSDL, document: parse(rawSDL) }
  })
  const files = await preset.buildGeneratesSection({
    baseOutputDir: 'generated/',
    schema: parse(readFileSync(schemaFile, 'utf8')),
    documents,
    config: {
      documentMode: 'string', importExtension: '.ts', useTypeImports: true, enumsAsTypes: true, skipTypename: true, onlyOperationTypes: true, avoidOptionals: { field: true }, strictScalars: true,
      scalars: { Date: 'string', DateTime: 'string', PartialDate: 'string', URL: 'string' },
    },
    presetConfig: { fragmentMasking: false },
    plugins: [],
    pluginMap: {},
    pluginContext: {},
  })
  const operations = files.find(({ filename }) => basename(filename) === 'graphql.ts')!
  return { 'generated/graphql.ts': await codegen({ ...operations, documents }) }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(join(here, 'generated'), { recursive: true })
  for (const [path, text] of Object.entries(await generateClient())) {
    writeFileSync(join(here, path), text)
    process.stdout.write(`client-examples/typescript/${path}\n`)
  }
}
