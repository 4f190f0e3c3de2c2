/** A database of its own for a test file: embedded by default, on the Postgres of TEST_DATABASE_URL when that is set. */
import { randomUUID } from 'node:crypto'
import { inject } from 'vitest'
import { openDatabase, type DatabaseOptions, type OpenDatabase } from '../../server/db/database.ts'
import { administer, urlOf, type TemplateName } from './templates.ts'

export const TEST_DATABASE_URL = process.env.TEST_DATABASE_URL || undefined

export interface TestDatabase extends OpenDatabase {
  /** Its address when it is on a Postgres server, for processes that the test starts. */
  url: string | undefined
}

/** Migrated, without a record. */
export const createTestDatabase = (options: DatabaseOptions = {}): Promise<TestDatabase> => open('migrated', options)
/** With the whole catalogue. */
export const createSeededDatabase = (options: DatabaseOptions = {}): Promise<TestDatabase> => open('seeded', options)

async function open(name: TemplateName, options: DatabaseOptions): Promise<TestDatabase> {
  const template = inject('templates')[name]
  if (TEST_DATABASE_URL === undefined) return { ...(await openDatabase({ ...options, template })), url: undefined }
  const database = `nr_test_${randomUUID().replaceAll('-', '')}`
  await administer(TEST_DATABASE_URL, `create database ${database} template ${template}`)
  const url = urlOf(TEST_DATABASE_URL, database)
  const opened = await openDatabase({ ...options, databaseUrl: url })
  return {
    ...opened,
    url,
    close: async () => {
      await opened.close()
      await administer(TEST_DATABASE_URL, `drop database if exists ${database} with (force)`)
    },
  }
}
