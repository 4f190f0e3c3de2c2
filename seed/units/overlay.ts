/** The overlay by hand over the package of units: its format, and its reader. */
import { readFileSync } from 'node:fs'
import { CORE_SCHEMA, load } from 'js-yaml'
import { z } from 'zod'

const text = z.string().trim().min(1)
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'expected YYYY-MM-DD')
const code = z.string().regex(/^\d{2}(\d{3})?$/, 'expected a province code (2 digits) or a commune code (5 digits), in quotes')
/** `Name, District, Province`. */
const former = z.string().regex(/^[^,]+, [^,]+, [^,]+$/, 'expected "Name, District, Province"')

const overlaySchema = z.strictObject({
  instruments: z.array(z.strictObject({ key: text, number: text, title: text, issuer: text, issuedOn: day.nullable().default(null) })),
  formerProvinceCodes: z.record(text, code),
  upgrades: z.array(z.strictObject({ province: code.optional(), communes: z.array(code).default([]), kind: text, since: day })),
  codes: z.record(code, code),
  drop: z.array(z.strictObject({ from: former, to: code })).default([]),
  link: z.array(z.strictObject({ from: former, to: z.array(z.union([code, former])).min(1), whole: z.boolean().optional() })).default([]),
  communes: z.array(z.strictObject({ name: text, district: text, province: text, code: code.nullable().default(null), since: day.nullable().default(null), until: day.nullable().default(null), into: z.array(z.union([code, former])).min(1), whole: z.boolean().optional() })).default([]),
  districts: z.array(z.strictObject({ name: text, province: text, since: day.nullable().default(null), until: day.nullable().default(null), into: z.array(z.union([code, former])).min(1), communes: z.array(text).default([]) })).default([]),
  districtDates: z.array(z.strictObject({ name: text, province: text, since: day })).default([]),
  names: z.array(z.strictObject({ unit: text, official: text.optional(), spelling: z.array(text).default([]), abbreviation: z.array(text).default([]), since: day.nullable().default(null), until: day.nullable().default(null) })).default([]),
})

export type Overlay = z.infer<typeof overlaySchema>

/** Reads and checks the overlay; a fault names the entry and what was expected. */
export function readOverlay(path: URL | string = new URL('./overlay.yaml', import.meta.url)): { overlay: Overlay; text: string } {
  const yaml = readFileSync(path, 'utf8')
  // failsafe scalars: a date stays the text it is, a code keeps its leading zero.
  const result = overlaySchema.safeParse(load(yaml, { schema: CORE_SCHEMA }))
  if (!result.success) {
    const faults = result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`)
    throw new Error(`overlay.yaml has ${faults.length} mistake(s):\n${faults.join('\n')}`)
  }
  return { overlay: result.data, text: yaml }
}
