/**
 * Draws the answer to picture.graphql as an SVG: the picture of the README.
 *
 *     npx tsx client-examples/picture/draw.ts moc-khoa-to-giac-toi-pham
 *
 * asks the server of GRAPHQL_URL (else the one that `npm start` serves) and writes picture.svg beside this file.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const PICTURED = 'moc-khoa-to-giac-toi-pham'
export const PICTURE_QUERY = readFileSync(new URL('picture.graphql', import.meta.url), 'utf8')

interface Place { fullName: string; parent: { fullName: string } | null }
interface Cited { citations: { source: { publisher: string | null; publishedOn: string | null } }[] }
interface Told extends Cited { placeAsWritten: string | null; startedOn: string | null; localitiesNow: { locality: Place }[] }
export interface PicturedModel {
  name: string
  summary: string
  evidence: { level: string }
  origin: Told & { initiator: string | null }
  results: { totalCount: number; nodes: (Cited & { statement: string; evidenceLevel: string })[] }
  replications: { totalCount: number; nodes: Told[] }
  sources: { totalCount: number }
}

const WIDTH = 960
const LINE = 21
// A card of its own colour, so that it is read on a light page and on a dark one; it turns dark where the reader's system is.
const colours = (paper: string, ink: string, soft: string, rule: string, red: string): string =>
  `text{fill:${ink}}.soft{fill:${soft}}.head{fill:${red}}.paper{fill:${paper};stroke:${rule}}.line{stroke:${rule}}.dot{fill:${red};stroke:${red}}.hollow{fill:${paper}}`
const STYLE = `text{font-size:15px;font-family:"Be Vietnam Pro",system-ui,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif}
.name{font-size:27px;font-weight:700}.head{font-size:13px;font-weight:700}.soft{font-size:13.5px}.strong{font-weight:600}.line,.dot{stroke-width:2}
${colours('#fdfcf9', '#1f2328', '#59636e', '#d5d0c4', '#b3261e')}
@media(prefers-color-scheme:dark){${colours('#16191d', '#e9ecef', '#a3adb8', '#3a414a', '#ff8a7a')}}`

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
const say = (x: number, y: number, text: string, style = ''): string => `<text x="${x}" y="${y}"${style && ` class="${style}"`}>${escape(text)}</text>`

function wrap(text: string, characters: number): string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const line = `${lines.at(-1)} ${word}`.trim()
    if (line.length <= characters) lines[lines.length - 1] = line
    else lines.push(word)
  }
  return lines
}

const dateOf = (date: string | null): string => (date === null ? 'chưa rõ' : date.split('-').reverse().join('/'))
const nowOf = ({ localitiesNow }: Told): string => {
  const [first, ...others] = localitiesNow.map(({ locality }) => [locality.fullName, locality.parent?.fullName].filter(Boolean).join(', '))
  return first === undefined ? '' : others.length === 0 ? first : `${first} và ${others.length} nơi khác`
}
const sourceOf = ({ citations }: Cited): string => {
  const source = citations[0]?.source
  return [source?.publisher, source?.publishedOn?.slice(0, 4)].filter(Boolean).join(', ')
}

/** The whole picture; the same answer gives the same text. */
export function drawPicture({ name, summary, evidence, origin, results, replications, sources }: PicturedModel): string {
  const drawn: string[] = []
  let y = 58
  drawn.push(say(36, y, name, 'name'))
  wrap(summary, 112).forEach((line, i) => drawn.push(say(36, (y += i === 0 ? 30 : LINE), line)))
  drawn.push(say(36, (y += 27), `Bằng chứng mức ${evidence.level} · ${sources.totalCount} nguồn · ${results.totalCount} kết quả · ${replications.totalCount} nơi làm theo`, 'soft'))

  y += 42
  drawn.push(say(36, y, 'KẾT QUẢ, VÀ AI NÓI', 'head'))
  for (const result of results.nodes) {
    const lines = wrap(result.statement, 80)
    lines.forEach((line, i) => drawn.push(say(36, (y += i === 0 ? 27 : LINE), line)))
    drawn.push(say(768, y - (lines.length - 1) * LINE, `${sourceOf(result)} · ${result.evidenceLevel}`, 'soft'))
  }

  y += 44
  drawn.push(say(36, y, 'BẮT ĐẦU Ở ĐÂU, ĐI TỚI ĐÂU', 'head'), say(512, y, 'NAY THUỘC', 'head'), say(768, y, 'NGUỒN', 'head'))
  const dated = replications.nodes.filter((told) => told.startedOn !== null).sort((a, b) => (a.startedOn! < b.startedOn! ? -1 : 1))
  const undated = replications.nodes.filter((told) => told.startedOn === null)
  const rows = [origin, ...dated, ...undated]
  const top = y + 26
  drawn.push(`<line class="line" x1="132" x2="132" y1="${top}" y2="${top + (rows.length - 1) * 29}"/>`)
  rows.forEach((told, i) => {
    const isOrigin = told === origin
    y = top + i * 29
    drawn.push(say(36, y + 5, dateOf(told.startedOn), 'soft'))
    drawn.push(`<circle class="dot${isOrigin ? '' : ' hollow'}" cx="132" cy="${y}" r="${isOrigin ? 7 : 5}"/>`)
    drawn.push(say(150, y + 5, told.placeAsWritten ?? 'chưa rõ nơi', isOrigin ? 'strong' : ''), say(512, y + 5, nowOf(told), 'soft'), say(768, y + 5, sourceOf(told), 'soft'))
  })
  const height = y + 36
  const label = `${name}: ${results.totalCount} kết quả có nguồn, ${replications.totalCount} nơi làm theo`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" lang="vi" aria-label="${escape(label)}">
<style>${STYLE}</style>
<rect class="paper" x="1" y="1" width="${WIDTH - 2}" height="${height - 2}" rx="14"/>
${drawn.join('\n')}
</svg>
`
}

async function main(slug: string): Promise<void> {
  const url = process.env.GRAPHQL_URL ?? 'http://127.0.0.1:4000/graphql'
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query: PICTURE_QUERY, variables: { slug } }) })
  const { data, errors } = (await answer.json()) as { data?: { model: PicturedModel | null }; errors?: { message: string }[] }
  if (errors?.length) throw new Error(errors.map(({ message }) => message).join('\n'))
  if (!data?.model) throw new Error(`There is no model ${slug} at ${url}.`)
  const file = fileURLToPath(new URL('picture.svg', import.meta.url))
  writeFileSync(file, drawPicture(data.model))
  process.stdout.write(`Wrote ${file}\n`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv[2] ?? PICTURED)
