/** What the commands of import and export are run with: a folder for files, and a seeded place. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Place } from '../main/support.ts'
import { type Ended, type Program, startProgram } from '../support/programs.ts'

export const folder = mkdtempSync(join(tmpdir(), 'nhan-rong-transfer-'))
/** Starts a command by its name, or a program by its path. */
export const start = (place: Place, script: string, args: readonly string[], env: Record<string, string> = {}): Program =>
  startProgram(script.includes('/') ? script : `server/cli/${script}.ts`, { args: [...args], env: { PORT: '0', ...place.env, ...env } })
export const run = (place: Place, script: string, args: readonly string[], env?: Record<string, string>): Promise<Ended> => start(place, script, args, env).ended
export function file(name: string, text: string | Buffer = ''): string {
  const path = join(folder, name)
  if (text.length > 0) writeFileSync(path, text)
  return path
}
export const table = (what: string, count: number): string => `Tên mô hình;Tóm tắt\n${Array.from({ length: count }, (_, i) => `${what} ${i} xóm ${i % 97};Giữ xóm ${i}.`).join('\n')}\n`
