/** Random histories, and a look after their steps. */
import { BINH } from '../../schema/model/editing.ts'
import { type Desk, pick, standsFor } from './desk.ts'
import { findLeaks } from './leaks.ts'
import { anyStep, step } from './steps.ts'

/** Plays so many steps, and looks after every `lookEvery`th. Histories of 60 steps each have records of their own; what they leave stays, archived or not. @throws at the first leak */
export async function playHistories(desk: Desk, { steps, lookEvery = 1, onStep }: { steps: number; lookEvery?: number; onStep?: (n: number) => void }): Promise<{ looks: number }> {
  let looks = 0
  const told: string[] = []
  for (let n = 1; n <= steps; n += 1) {
    told.push(await anyStep(desk))
    if (n % lookEvery === 0) {
      const leaks = await findLeaks(desk, pick(desk, desk.records))
      looks += 1
      if (leaks.length > 0) throw new Error(`step ${n} (${told.slice(-12).join(', ')}): ${JSON.stringify(leaks.slice(0, 5), null, 1)}`)
    }
    if (n % 60 === 0) await begin(desk)
    onStep?.(n)
  }
  return { looks }
}

/** New records; the old ones are gone for readers, and are canaries for ever: three of them are asked for on and on, with what went into them. */
export async function begin(desk: Desk): Promise<void> {
  for (const record of desk.records) if (record.state !== 'MERGED' && record.state !== 'ARCHIVED') await step(desk, record, 'archiveModel', BINH)
  const kept = new Set(desk.records.filter(({ state }) => state === 'ARCHIVED').slice(-3))
  // When one of them stands again, the address that such a record once had in public leads to it.
  desk.records = desk.records.filter((record) => kept.has(standsFor(desk, record)!))
  desk.merges = desk.merges.filter(({ source }) => source.state === 'MERGED' && desk.records.includes(source))
}
