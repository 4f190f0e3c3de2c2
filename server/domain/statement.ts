/**
 * Statements that come again. Building the expression of a selection and compiling it takes longer than reading its answer, so it is done once
 * for each selection object; what changes from call to call stands in the statement as a slot.
 */
import type { CompiledQuery, Kysely, RawBuilder } from 'kysely'
import type { Database } from '../db/tables.ts'
import type { Selection } from './selection.ts'
import type { Scope } from './shape.ts'

/** The place of a value that each call brings along. */
export class Slot {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }
}

/** A compiled statement; some of its parameters are slots. `Facts` is what the building found out besides. */
export interface Prepared<Facts> { query: CompiledQuery; facts: Facts }

/** Forms of a statement kept for one selection: which of six lists of names are given, and the like. */
const MAX_FORMS = 64
const known = new WeakMap<Selection, Map<string, Prepared<unknown>>>()

/**
 * The statement of a selection, made the first time. A signed-in viewer's is made each time: who they are stands in it.
 * @param form all that the statement depends on besides the selection and the values of slots
 */
export function prepare<Facts>(db: Kysely<Database>, selection: Selection, { viewer }: Pick<Scope, 'viewer'>, form: string, build: () => { statement: RawBuilder<unknown>; facts: Facts }): Prepared<Facts> {
  const before = viewer === null ? known.get(selection)?.get(form) : undefined
  if (before) return before as Prepared<Facts>
  const { statement, facts } = build()
  const made: Prepared<Facts> = { query: statement.compile(db), facts }
  if (viewer === null) {
    const forms = known.get(selection) ?? new Map<string, Prepared<unknown>>()
    if (forms.size >= MAX_FORMS) forms.clear()
    known.set(selection, forms.set(form, made))
  }
  return made
}

/** Runs it. `values` fills the slots, each by its name. */
export async function runPrepared<Row>(db: Kysely<Database>, { query }: Prepared<unknown>, values: ReadonlyMap<string, unknown>): Promise<Row[]> {
  const parameters = query.parameters.map((parameter) => {
    if (!(parameter instanceof Slot)) return parameter
    if (!values.has(parameter.name)) throw new Error(`The statement's slot ${parameter.name} is empty.`)
    return values.get(parameter.name)
  })
  return (await db.executeQuery<Row>({ ...query, parameters } as CompiledQuery<Row>)).rows
}
