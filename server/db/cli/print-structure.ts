/** `npm run structure:print`: writes structure.sql from a database in memory that has every migration. */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { openDatabase } from '../database.ts'
import { migrateToLatest } from '../migrate.ts'
import { printStructure } from '../structure.ts'

const file = fileURLToPath(new URL('../structure.sql', import.meta.url))
const { db, close } = await openDatabase({})
await migrateToLatest(db)
writeFileSync(file, await printStructure(db))
await close()
process.stdout.write(`Wrote ${file}\n`)
