/** Several values in one cell: lists, and sources of several parts. What parts them is escaped by a backslash, so that everything comes back. */
import type { SourceInput } from '../model/cite.ts'

const escapeWith = (text: string, separators: RegExp): string => text.replaceAll('\\', '\\\\').replace(separators, (c) => (c === '\n' ? '\\n' : `\\${c}`))

/** Splits at a separator that no backslash stands before. */
function split(text: string, separators: string): string[] {
  const parts = ['']
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i]!
    if (char === '\\' && i + 1 < text.length) {
      const next = text[(i += 1)]!
      parts[parts.length - 1] += next === 'n' ? '\n' : next === '\\' || separators.includes(next) || next === '|' || next === ';' ? next : `\\${next}`
    } else if (separators.includes(char)) parts.push('')
    else parts[parts.length - 1] += char
  }
  return parts.map((part) => part.trim())
}

export const writeList = (values: readonly string[]): string | null => (values.length === 0 ? null : values.map((value) => escapeWith(value, /[;\n]/g)).join('; '))
/** Entries between semicolons or line breaks; empty ones are none. */
export const readList = (text: string): string[] => split(text, ';\n').filter((entry) => entry !== '')

/** One source a line: title | publisher | address | date. */
export function writeSources(sources: readonly SourceInput[]): string | null {
  if (sources.length === 0) return null
  return sources.map(({ title, publisher, url, publishedOn }) => {
    const parts = [title, publisher, url, publishedOn].map((part) => escapeWith(part ?? '', /[|\n]/g))
    while (parts.length > 1 && parts.at(-1) === '') parts.pop()
    return parts.join(' | ')
  }).join('\n')
}

/** The parts of each line, as texts. */
export function readSources(text: string): { title: string; publisher: string | null; url: string | null; publishedOn: string | null; more: number }[] {
  // Lines first: a line break inside a title is written as \n.
  return text.split(/\r?\n/).filter((line) => line.trim() !== '').map((line) => {
    const [title = '', publisher, url, publishedOn, ...more] = split(line, '|')
    return { title, publisher: publisher || null, url: url || null, publishedOn: publishedOn || null, more: more.length }
  })
}
