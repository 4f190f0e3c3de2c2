/** Makes the databases that the tests start from, and says on what they run. */
import type { TestProject } from 'vitest/node'
import { makeTemplates, type Templates } from './templates.ts'

declare module 'vitest' {
  export interface ProvidedContext { templates: Templates }
}

export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const databaseUrl = process.env.TEST_DATABASE_URL || undefined
  const started = performance.now()
  const { templates, drop } = await makeTemplates(databaseUrl)
  process.stderr.write(`Tests run on ${databaseUrl ? 'the Postgres of TEST_DATABASE_URL' : 'the embedded database'}; its templates took ${((performance.now() - started) / 1000).toFixed(1)} s.\n`)
  provide('templates', templates)
  return drop
}
