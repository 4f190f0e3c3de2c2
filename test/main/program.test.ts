/** How programs are put together and started. */
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { afterAll, describe, expect, it } from 'vitest'
import { filesToCopy } from '../../server/cli/build.ts'
import { bundle, PROGRAMS, ROOT } from '../../server/program/bundle.mjs'
import { killPrograms, startProgram } from '../support/programs.ts'
import { createPlace } from './support.ts'

const scripts = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).scripts as Record<string, string>
// Inside the project, so that libraries that stay outside a bundle are found.
const built = mkdtempSync(join(ROOT, 'node_modules/.cache/build-'))
afterAll(async () => {
  await killPrograms()
  rmSync(built, { recursive: true, force: true })
})

describe('programs', () => {
  it('are those of the npm scripts', () => {
    const started = Object.values(scripts).flatMap((script) => /server\/program\/run\.mjs (\S+)/.exec(script)?.[1] ?? [])
    expect(started.sort()).toEqual(Object.keys(PROGRAMS).sort())
  })

  it('that do not exist are named', () => {
    const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'server/program/run.mjs'), 'mian'], { encoding: 'utf8' })
    expect({ status, stderr }).toEqual({ status: 1, stderr: `There is no program "mian". There are: ${Object.keys(PROGRAMS).join(', ')}.\n` })
  })

  it('get their arguments', async () => {
    const { code, stdout } = await startProgram('server/cli/doctor.ts', { args: ['--help'] }).ended
    expect({ code, told: /npm run doctor/.test(stdout) }).toEqual({ code: 0, told: true })
  }, 60_000)

  it('run from what `npm run build` makes, wherever it is moved', async () => {
    await bundle({ outdir: built, files: 'copied' })
    for (const path of filesToCopy()) cpSync(join(ROOT, path), join(built, path))
    const place = await createPlace('seeded')
    const server = startProgram(join(built, 'main.js'), { env: { ...place.env, PORT: '0' } })
    const [, address] = await server.until(/GraphQL {3}(http:\S+)\/graphql/, 120_000)
    const ask = async (path: string, init?: RequestInit) => (await fetch(`${address}${path}`, init)).text()
    const query = (query: string) => ask('/graphql', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query }) })
    expect(JSON.parse(await query('{ models { totalCount } searchModels(query: "huong thien", first: 1) { nodes { name } } }'))).toEqual({ data: { models: { totalCount: 324 }, searchModels: { nodes: [{ name: 'Câu lạc bộ Hướng thiện' }] } } })
    expect(await ask('/schema.graphql')).toContain('type Query {')
    expect(await ask('/ide')).toContain('<app-root>')
    expect((await server.stop()).code).toBe(0)
    await place.drop()
  }, 180_000)
})
