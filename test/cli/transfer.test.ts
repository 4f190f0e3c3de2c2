/** `npm run import` and `npm run export` as processes, through the bundle: what is wrong with a file, and an import interrupted and gone on with. test/soak/transfer.soak.ts does more. */
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { filesToCopy } from '../../server/cli/build.ts'
import { bundle, ROOT } from '../../server/program/bundle.mjs'
import { createPlace, type Place } from '../main/support.ts'
import { killPrograms } from '../support/programs.ts'
import { file, folder, run, start, table } from './transfer.ts'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })
let place: Place
const built = mkdtempSync(join(ROOT, 'node_modules/.cache/transfer-'))
beforeAll(async () => { place = await createPlace('seeded') })
afterAll(async () => {
  await killPrograms()
  await place.drop()
  for (const one of [folder, built]) rmSync(one, { recursive: true, force: true })
})

describe('what is no file of ours', () => {
  it.concurrent.each([
    ['that is not there', ['nope.csv'], /^There is no file nope\.csv\.\n$/],
    ['that is a folder', [folder], /is no file\.\n$/],
    ['whose name does not tell', [file('x.txt', 'a')], /--format csv\|xlsx\|json\|ndjson\.\n$/],
    ['of a format that is none', [file('x.csv', 'a'), '--format', 'doc'], /^--format is doc; it must be one of csv, xlsx, json, ndjson\.\n$/],
    ['that is too large', [file('large.csv', Buffer.alloc(10 * 1024 * 1024 + 1, 97))], /at most 10,485,760 are read at once/],
    ['with an option that is none', [file('x.csv'), '--rn'], /^There is no option --rn\. /],
  ])('%s is refused in words', async (_what, args, why) => {
    const { code, stdout, stderr } = await run(place, 'import', args)
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringMatching(why)])
  })
  it('is told by what it holds', async () => {
    const path = file('y.xlsx', 'a,b')
    const { code, stdout } = await run(place, 'import', [path])
    expect([code, stdout]).toEqual([1, expect.stringMatching(/^file\t\tNOT_XLSX\t.*\nNothing of it can be imported\.\n$/)])
  })
})

describe('without a server', () => {
  it('an export that fails leaves what was there, and says why', async () => {
    const out = file('kept.json', 'before')
    for (const [args, why] of [[['--filter', 'nope=1', '--out', out], /^There is no parameter `nope`/], [['--filter', 'topicIn=nope', '--out', out], /nothing is called "nope"; nearest: /], [['--out', join(folder, 'no/x.json')], /cannot be written \(there is no such folder\)/], [['--format', 'pdf'], /^--format is pdf/]] as const) {
      const { code, stdout, stderr } = await run(place, 'export', args)
      expect([code, stdout, stderr]).toEqual([1, '', expect.stringMatching(why)])
    }
    expect(readFileSync(out, 'utf8')).toBe('before')
  })

  it('interrupted by Ctrl-C it leaves whole batches, and the same command goes on', async () => {
    const path = file('many.csv', table('Tổ canh kênh', 1000))
    const begun = start(place, 'import', [path, '--run'])
    await begun.until(/import: 1,000 rows/, 120_000)
    const { code, stdout, stderr } = await begun.stop('SIGINT', 60_000)
    expect([code, stderr]).toEqual([130, expect.stringContaining('the same command goes on from there')])
    const [, some] = /([\d,]+) of 1,000 rows: \1 created as drafts/.exec(stdout)!
    expect(Number(some!.replace(',', '')) % 100).toBe(0)
    const done = await run(place, 'import', [path, '--run', '--json'])
    expect([done.code, JSON.parse(done.stdout)]).toEqual([0, expect.objectContaining({ state: 'SUCCEEDED', created: 1000, progress: 1 })])
  })
})

it('they run from what `npm run build` makes', async () => {
  await bundle({ outdir: built, files: 'copied', programs: ['import', 'export'] })
  for (const path of filesToCopy()) cpSync(join(ROOT, path), join(built, path))
  const help = await run(place, join(built, 'import.js'), ['--help'])
  expect([help.code, help.output]).toEqual([0, expect.stringContaining('--run')])
  const out = join(folder, 'built.csv')
  expect((await run(place, join(built, 'export.js'), ['--format', 'csv', '--out', out])).code).toBe(0)
  const looked = await run(place, join(built, 'import.js'), [out, '--json'])
  expect([looked.code, JSON.parse(looked.stdout).refused]).toEqual([0, 0])
})
