/** One YAML file: its text checked against a schema, with the line of every mistake. */
import { createRequire } from 'node:module'
import { CORE_SCHEMA, load } from 'js-yaml'
import type { Document, LineCounter, Node } from 'yaml'
import type { z } from 'zod'
import { fieldName, nearest, suggestion, type SeedProblem } from './problems.ts'

/** Read when a file has a mistake; a start without one does without its 70 files. */
const slowParser = (): typeof import('yaml') => createRequire(import.meta.url)('yaml')

export interface ReadFile<T> {
  file: string
  /** null = the file has mistakes, listed in `problems`. */
  value: T | null
  problems: SeedProblem[]
  /** A mistake that only other files show, at the place of `path` in this one. */
  problemAt(path: readonly PropertyKey[], message: string): SeedProblem
}

/**
 * Reads the text of one file. It never throws: what is wrong stands in `problems`.
 *
 * Two parsers: js-yaml is six times as fast (0.3 s instead of 1.4 s for all files), yaml knows the place of everything and is asked once
 * something is wrong. That they read every file alike is a test's business.
 */
export function readYaml<S extends z.ZodType>(file: string, text: string, schema: S): ReadFile<z.output<S>> {
  const value = quickly(text)
  const parsed = value === undefined ? undefined : schema.safeParse(value)
  if (!parsed?.success) return readWithLines(file, text, schema)
  let slow: ReadFile<z.output<S>> | undefined
  const problemAt = (path: readonly PropertyKey[], message: string): SeedProblem => (slow ??= readWithLines(file, text, schema)).problemAt(path, message)
  return { file, value: parsed.data, problems: [], problemAt }
}

function quickly(text: string): unknown {
  try {
    return load(text, { schema: CORE_SCHEMA })
  } catch {
    return undefined
  }
}

function readWithLines<S extends z.ZodType>(file: string, text: string, schema: S): ReadFile<z.output<S>> {
  const { LineCounter, parseDocument } = slowParser()
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const problemAt = (path: readonly PropertyKey[], message: string): SeedProblem => ({ file, line: lineOf(document, lines, path), field: fieldName(path), message })
  const failed = (problems: SeedProblem[]): ReadFile<z.output<S>> => ({ file, value: null, problems, problemAt })

  const faults = [...document.errors, ...document.warnings]
  if (faults.length > 0) return failed(faults.map((e) => ({ file, line: lines.linePos(e.pos[0]).line, field: '', message: `not valid YAML (${e.message}); ${adviceOnSyntax(e.code)}` })))
  if (document.contents === null) return failed([{ file, line: null, field: '', message: 'is empty; write the record, or remove the file' }])

  const parsed = schema.safeParse(document.toJS(), { reportInput: true })
  if (parsed.success) return { file, value: parsed.data, problems: [], problemAt }
  return failed(parsed.error.issues.flatMap((issue) => explain(issue, schema, problemAt)))
}

function adviceOnSyntax(code: string): string {
  if (code === 'DUPLICATE_KEY') return 'keep one of the two fields'
  if (code === 'TAB_AS_INDENT') return 'indent with spaces'
  if (code === 'BAD_INDENT') return 'line the field up with its neighbours'
  return 'put text with ": " or " #", or that begins with a sign, in quotes'
}

/** The line of the deepest part of the path that exists: a missing field is reported where it belongs. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  const { isMap, isScalar, isSeq } = slowParser()
  let node = document.contents as Node | null | undefined
  let offset = node?.range?.[0] ?? 0
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(part))
      if (pair === undefined) break
      offset = (pair.key as Node).range?.[0] ?? offset
      node = pair.value as Node | null
    } else if (isSeq(node) && typeof part === 'number' && part < node.items.length) {
      node = node.items[part] as Node | null
      offset = node?.range?.[0] ?? offset
    } else break
  }
  return lines.linePos(offset).line
}

type Issue = z.core.$ZodIssue

function explain(issue: Issue, schema: z.ZodType, problemAt: ReadFile<unknown>['problemAt']): SeedProblem[] {
  const path = issue.path
  if (issue.code === 'unrecognized_keys') {
    const known = fieldsAt(schema, path)
    return issue.keys.map((key) => problemAt([...path, key], `unknown field; ${suggestion(key, known, `remove it; known here: ${known.join(', ')}`)}`))
  }
  if (issue.code === 'invalid_union') return (issue.errors[0] ?? []).flatMap((inner) => explain({ ...inner, path: [...path, ...inner.path] } as Issue, schema, problemAt))
  if (issue.code === 'invalid_key') return [problemAt(path, `${issue.issues[0]?.message ?? 'is no allowed key'}; rename it`)]
  if (issue.input === undefined && issue.code !== 'custom') return [problemAt(path, 'is missing; add it')]
  if (issue.code === 'invalid_value') {
    const allowed = issue.values.map(String)
    const near = typeof issue.input === 'string' ? nearest(issue.input, allowed) : null
    return [problemAt(path, `${show(issue.input)} is not allowed here; ${near === null ? '' : `did you mean ${near}? `}use one of: ${allowed.join(', ')}`)]
  }
  if (issue.code === 'custom' || issue.code === 'too_small') return [problemAt(path, issue.message.includes(';') ? issue.message : `${issue.message}; correct it or leave it out`)]
  const advice = typeof issue.input === 'number' && issue.code === 'invalid_type' && issue.expected === 'string' ? 'put it in quotes' : 'correct it or leave it out'
  return [problemAt(path, `${issue.message}, but found ${show(issue.input)}; ${advice}`)]
}

function show(value: unknown): string {
  if (value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a map of fields'
  const text = JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 57)}…"` : text
}

/** The fields that the schema knows at a path; wrappers (nullable, default, preprocess) are looked through. */
function fieldsAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  interface Def { type: string; shape?: Record<string, z.ZodType>; element?: z.ZodType; valueType?: z.ZodType; innerType?: z.ZodType; out?: z.ZodType }
  const inside = (wrapped: z.ZodType): Def => {
    const def = wrapped._zod.def as unknown as Def
    const inner = def.type === 'pipe' ? def.out : def.innerType
    return inner === undefined ? def : inside(inner)
  }
  let def = inside(schema)
  for (const part of path) {
    const next = def.shape?.[String(part)] ?? def.element ?? def.valueType
    if (next === undefined) return []
    def = inside(next)
  }
  return Object.keys(def.shape ?? {})
}
