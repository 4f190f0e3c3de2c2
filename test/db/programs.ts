/** What a second process does to a data directory, for embedded.test.ts: `lock PATH`, `open DIR`, `write DIR`, `ask DIR`. */
import { takeLock } from '../../server/db/embedded/lock.ts'

const [what, where] = process.argv.slice(2) as [string, string]
// Only what opens a database needs all of this: most of the processor's time that `lock` would take.
const { sql } = what === 'lock' ? ({} as never) : await import('kysely')
const { openDatabase } = what === 'lock' ? ({} as never) : await import('../../server/db/database.ts')
const say = (text: string): void => void process.stdout.write(`${text}\n`)
const holdUntilTold = (): Promise<unknown> => new Promise((resolve) => process.stdin.once('data', resolve).once('end', resolve))

async function lock(): Promise<void> {
  const release = await takeLock(where, 'the directory')
  say('held')
  await holdUntilTold()
  release()
}

async function open(): Promise<void> {
  const { close } = await openDatabase({ dataDir: where })
  say('held')
  await holdUntilTold()
  await close()
}

/** Says each row after it was acknowledged, until it is killed. */
async function write(): Promise<void> {
  const { db } = await openDatabase({ dataDir: where })
  for (let n = 1; ; n += 1) {
    if (n % 3 === 0) {
      await db.transaction().execute(async (trx) => {
        for (const half of ['a', 'b']) await sql`insert into setting (key, value) values (${`${n}${half}`}, '{}')`.execute(trx)
      })
    } else await sql`insert into setting (key, value) values (${String(n)}, '{}')`.execute(db)
    say(`acknowledged ${n}`)
  }
}

/** A statement that takes a fraction of its deadline of 3 s. */
async function ask(): Promise<void> {
  const { db, close } = await openDatabase({ dataDir: where, queryTimeoutMs: 3_000 })
  try {
    await sql`select 1`.execute(db)
    const asked = sql<{ n: number }>`select count(*) as n from generate_series(1, 1000000)`.execute(db)
    say('asked')
    const { rows } = await asked
    say(`answered ${rows[0]!.n}`)
  } finally {
    await close()
  }
}

await ({ lock, open, write, ask } as Record<string, () => Promise<void>>)[what]!().catch((error: Error) => {
  say(`refused ${error.name}: ${error.message}`)
  process.exitCode = 1
})
process.stdin.destroy()
