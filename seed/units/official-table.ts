/**
 * The official table of units as one JSON file: provinces and communes of a day, each with what it was formed from, and older names.
 * Only what is described here is read; further fields are left alone.
 */
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { StartupError } from '../../server/errors.ts'
import { fieldName } from '../problems.ts'

const name = z.string().trim().min(1).max(200)
const provinceCode = z.string().regex(/^\d{2}$/, 'must be 2 digits in quotes')
const communeCode = z.string().regex(/^\d{5}$/, 'must be 5 digits in quotes')

const tableSchema = z.object({
  /** The day that the table is of. */
  asOf: z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a day such as 2026-04-30'),
  provinces: z.array(z.object({ code: provinceCode, name, formerProvinces: z.array(z.object({ code: provinceCode, name })).default([]) })).min(1),
  communes: z.array(z.object({
    code: communeCode, name, type: z.enum(['xã', 'phường', 'đặc khu']), province: provinceCode,
    /** Full names of the same unit before, such as `Xã Lộc Ninh` of a ward. */
    formerly: z.array(name).default([]),
    /** `part`: only a part of that unit went here. */
    formedFrom: z.array(z.object({ name, district: name, province: name, code: communeCode.optional(), part: z.boolean().default(false) })).default([]),
  })).min(1),
  /** Units that had ended before the last reform; `now` = codes of the communes that their land is in. */
  historicNames: z.array(z.object({ name, district: name, province: name, code: communeCode, lastSeen: z.string().regex(/^\d{4}-\d{2}$/, 'must be a month such as 2024-11'), now: z.array(communeCode) })).default([]),
})

export type OfficialTable = z.infer<typeof tableSchema>

const SHOWN = 20

/** The file, or the database against it, has mistakes: each with its place and what to do. Nothing was written. */
export class UnitTableError extends StartupError {
  readonly problems: readonly string[]

  constructor(file: string, problems: readonly string[]) {
    const more = problems.length > SHOWN ? [`  … and ${problems.length - SHOWN} more`] : []
    super(`${file} cannot be imported; nothing was changed. ${problems.length === 1 ? 'A mistake' : `${problems.length} mistakes`}:\n${[...problems.slice(0, SHOWN).map((problem) => `  - ${problem}`), ...more].join('\n')}`)
    this.problems = problems
  }
}

/** Reads and checks the file by itself. @throws UnitTableError */
export async function readOfficialTable(file: string): Promise<OfficialTable> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const why: Record<string, string> = { ENOENT: 'there is no such file; check the path', EISDIR: 'is a directory; give the file in it', EACCES: 'this user may not read it; change its rights' }
    throw new UnitTableError(file, [why[error.code ?? ''] ?? `cannot be read (${error.code})`])
  })
  const parsed = tableSchema.safeParse(parseJson(file, text), { reportInput: true })
  if (!parsed.success) throw new UnitTableError(file, parsed.error.issues.map((issue) => `${fieldName(issue.path) || 'the file'}: ${explain(issue)}`))
  const problems = inconsistencies(parsed.data)
  if (problems.length > 0) throw new UnitTableError(file, problems)
  return parsed.data
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    const { message } = error as Error
    const at = /position (\d+)/.exec(message)?.[1]
    const line = at === undefined ? '' : ` in line ${text.slice(0, Number(at)).split('\n').length}`
    throw new UnitTableError(file, [`is not JSON${line} (${message}); export the table as JSON, in UTF-8`])
  }
}

function explain(issue: z.core.$ZodIssue): string {
  if (issue.input === undefined) return 'is missing; add it'
  const found = JSON.stringify(issue.input)
  return `${issue.message}, but found ${found.length > 60 ? `${found.slice(0, 57)}…` : found}; correct it`
}

function inconsistencies({ provinces, communes, historicNames }: OfficialTable): string[] {
  const problems: string[] = []
  const once = (codes: string[], where: string): void => {
    const first = new Map<string, number>()
    codes.forEach((code, i) => {
      if (first.has(code)) problems.push(`${where}[${i}].code: "${code}" is also the code of ${where}[${first.get(code)}]; one of them is wrong`)
      else first.set(code, i)
    })
  }
  once(provinces.map(({ code }) => code), 'provinces')
  once(communes.map(({ code }) => code), 'communes')
  const provinceCodes = new Set(provinces.map(({ code }) => code))
  const communeCodes = new Set(communes.map(({ code }) => code))
  communes.forEach(({ province }, i) => {
    if (!provinceCodes.has(province)) problems.push(`communes[${i}].province: no entry of provinces has the code "${province}"; add the province, or correct the code`)
  })
  historicNames.forEach(({ now }, i) => {
    for (const code of now) if (!communeCodes.has(code)) problems.push(`historicNames[${i}].now: no entry of communes has the code "${code}"; add the commune, or correct the code`)
  })
  return problems
}
