/**
 * Prints a model with its origin, results and sources.
 *
 *     npx tsx client-examples/typescript/print-model.ts cau-lac-bo-huong-thien
 *
 * The server is the one of GRAPHQL_URL, or the one that `npm start` serves.
 */
import { fileURLToPath } from 'node:url'
import { PrintModelDocument, type PrintModelQuery } from './generated/graphql.ts'
import { request } from './request.ts'

type Model = NonNullable<PrintModelQuery['model']>
type Result = Model['results']['nodes'][number]

const QUALIFIERS: Record<Result['qualifier'], string> = { EXACT: '', OVER: 'hơn ', NEARLY: 'gần ', ABOUT: 'khoảng ' }
const ATTRIBUTIONS: Record<Result['attribution'], string> = { CONTEXT: 'bối cảnh, không phải tác động', CONTRIBUTION: 'đóng góp', MEASURED_EFFECT: 'tác động đo được' }
/** Unknown is not zero and not "no". */
const UNKNOWN = 'chưa rõ'

const numbers = new Intl.NumberFormat('vi-VN')

const figure = ({ value, valueMax, qualifier, unit }: Result): string => {
  if (value === null) return ''
  const range = valueMax === null ? numbers.format(value) : `${numbers.format(value)}–${numbers.format(valueMax)}`
  return `${QUALIFIERS[qualifier]}${range}${unit ? ` ${unit}` : ''}: `
}

const more = (shown: number, total: number): string[] => (total > shown ? [`  … và ${total - shown} mục nữa`] : [])

/** The model as lines of text, in Vietnamese. */
export const formatModel = (model: Model): string => {
  const { origin, results, sources } = model
  const now = origin.localitiesNow.map(({ locality, isWhole }) => `${locality.fullName}${isWhole ? '' : ' (một phần)'}`)
  return [
    model.name,
    model.url,
    '',
    model.summary,
    '',
    `Lĩnh vực: ${model.topics.map(({ label }) => label).join(', ') || UNKNOWN}`,
    `Mức bằng chứng: ${model.evidence.level}`,
    '',
    'Khởi nguồn',
    `  Nơi: ${origin.placeAsWritten ?? UNKNOWN}${now.length > 0 ? ` (nay: ${now.join(', ')})` : ''}`,
    `  Từ: ${origin.startedOn ?? UNKNOWN}`,
    `  Khởi xướng: ${origin.initiator ?? UNKNOWN}`,
    '',
    `Kết quả (${results.totalCount})`,
    ...results.nodes.flatMap((result) => [
      `  • ${figure(result)}${result.statement} [${ATTRIBUTIONS[result.attribution]}]`,
      ...result.citations.map(({ source, locator }) => `      ${source.title}${locator ? `, ${locator}` : ''}`),
    ]),
    ...more(results.nodes.length, results.totalCount),
    '',
    `Nguồn (${sources.totalCount})`,
    ...sources.nodes.map(({ title, publisher, url, publishedOn }) => `  • ${[title, publisher, publishedOn].filter((part) => part !== null).join(', ')}${url ? `\n      ${url}` : ''}`),
    ...more(sources.nodes.length, sources.totalCount),
  ].join('\n')
}

/** Asks for the model by its slug; null when there is none. */
export const printModel = async (slug: string, endpoint: string): Promise<string | null> => {
  const { model } = await request(endpoint, PrintModelDocument, { slug })
  return model && formatModel(model)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const slug = process.argv[2]
  const endpoint = process.env.GRAPHQL_URL ?? 'http://127.0.0.1:4000/graphql'
  if (!slug) {
    process.stderr.write('Which model? Give its slug, such as cau-lac-bo-huong-thien.\n')
    process.exitCode = 2
  } else {
    try {
      const text = await printModel(slug, endpoint)
      if (text === null) process.stderr.write(`No model has the slug “${slug}”.\n`)
      else process.stdout.write(`${text}\n`)
      process.exitCode = text === null ? 1 : 0
    } catch (error) {
      process.stderr.write(`${(error as Error).message}\n`)
      process.exitCode = 1
    }
  }
}
