/**
 * Names of persons in a Vietnamese text, where a role belongs. A name is told by what stands before it (ông, đối tượng, Chủ tịch UBND xã)
 * or by its own make (family name, Văn or Thị, given name); what streets, wards, schools and history are called is none. Pure.
 */
import { fold } from '../../search/fold.ts'
import { KNOWN_NAMES } from './known-names.ts'

interface Word { text: string; lower: string; start: number; end: number; isCapital: boolean }
export interface FoundName { start: number; end: number }

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '))
const FAMILY = words('nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đinh đoàn lâm trịnh mai đào cao lương trương hà tạ phùng tô châu thạch sơn kim danh lò quách tôn triệu lữ chu thái mạc nông hứa giang âu tống doãn thân viên vi lưu văn tăng từ khúc vương đồng nghiêm kiều quan lục ma giàng sùng thào vàng cầm quàng bế hoa la ông đàm thiều cù lại mã tiêu vừ hạng lầu rơ ksor siu rmah nay điểu thị cil k’ mấu katơr chamaléa')
/** Family names that are everyday words or begin names of places: alone they tell nothing. */
const COMMON_FAMILY = words('hà cao sơn kim thái lâm mai châu lương dương giang đồng nông hoa la ông văn từ tăng kiều quan lục ma viên vi vàng danh tôn thân âu cầm lại đoàn lý hồ tô mã nay thị thạch đào triệu hứa')
const MIDDLE = words('văn thị hữu đức đình bá trọng ngọc quang minh thanh công duy thế gia xuân hoàng kim thúy hồng tấn phước quốc tuấn anh hoài bích mỹ như thành đăng khắc viết sỹ sĩ chí nhật')
const SURE_MIDDLE = words('văn thị')

const KIN = words('ông bà anh chị em cô chú bác cháu cụ thầy dì mợ thím cậu mẹ')
/** Roles after which any capital is a name. */
const ACCUSED = ['đối tượng', 'nghi phạm', 'nghi can', 'bị can', 'bị cáo', 'phạm nhân', 'hung thủ', 'nạn nhân', 'đồng chí', 'đ/c', 'thiếu úy', 'trung úy', 'thượng úy', 'đại úy', 'thiếu tá', 'trung tá', 'thượng tá', 'đại tá', 'linh mục', 'mục sư', 'hòa thượng', 'hoà thượng', 'thượng tọa', 'đại đức', 'ni sư', 'sư cô', 'sư thầy']
/** Roles after which a place may follow: only a full name is one. */
const OFFICES = ['chủ tịch', 'bí thư', 'trưởng công an', 'trưởng phòng', 'trưởng ban', 'trưởng đồn', 'giám đốc', 'hiệu trưởng', 'chỉ huy trưởng', 'đội trưởng', 'tổ trưởng', 'trưởng thôn', 'trưởng ấp', 'trưởng bản', 'trưởng khóm', 'trưởng xóm', 'trưởng khu phố', 'già làng', 'công an viên', 'chủ nhiệm', 'trụ trì', 'hội trưởng', 'học sinh', 'sinh viên', 'người dân', 'hội viên', 'tổ viên', 'thành viên', 'cán bộ', 'đảng viên', 'cựu chiến binh', 'chủ trọ', 'chủ nhà trọ', 'tiểu thương', 'thủ tướng', 'bộ trưởng', 'đại biểu']
/** What may stand before a name of a street, a unit, a school or a body. */
const PLACE_CUES = words('đường phố phường xã quận huyện tỉnh thôn ấp khóm xóm làng bản buôn trường thpt thcs th chợ cầu viên hẻm ngõ ngách kiệt kênh rạch bến sông hồ đập đền đình chùa miếu lăng tượng đài tự giải quỹ lớp hội cụm tuyến ga cảng đảo đồi núi khu nhà tàu khối tổ đội trạm đại học viện trấn lộ thị tp q p số hãng công-ty tnhh tiệm quán siêu khách sạn nguyện lữ đoàn giáo xứ họ đạo ủy đội tư tưởng bác ba tông vua chúa bà')
const UNIT_CUES = words('xã phường thôn ấp khóm xóm bản làng buôn khối tổ phố trấn huyện quận tỉnh')
/** Of these all that bear a name of three words are known. */
const STATE_UNITS = words('xã phường huyện quận tỉnh trấn')
/** Capitals after "ông", "em" … that are no given name: peoples, bodies, and what kin words are part of. */
const NO_NAMES = words('khmer chăm mông dao thái tày nùng mường kinh hoa ê-đê ba-na gia-rai việt lào campuchia trung công phụ hội đoàn chủ bí trưởng phó giám thường đội tổ ban ủy mặt cựu nông sinh học giáo phật thiên tin cao hồ tôn táo trưng triệu chúa rịa điểm đen nà chiểu đốc trang tố tô giang ái lăng nội ngoại hai ba tư năm sáu bảy tám chín mười út đại bụt trời địa quốc việt-nam an bình văn xã phường')
const SENTENCE_END = /[.!?:;\n“"(–—-]\s*$/

/** Names in plain text, from left to right. */
export function findPersonalNames(text: string): FoundName[] {
  const found: FoundName[] = []
  const add = (start: number, end: number): void => { if (end > start && !found.some((other) => other.start < end && start < other.end)) found.push({ start, end }) }
  const list = readWords(text)
  const gap = (i: number): string => text.slice(list[i]!.end, list[i + 1]?.start ?? text.length)
  const joined = (i: number): boolean => /^[ \t\u00A0]+$/.test(gap(i))
  /** Capitals in a row from here. */
  const run = (from: number, most = 5): number => {
    let to = from
    while (to < list.length && to - from < most && list[to]!.isCapital && (to === from || joined(to - 1))) to += 1
    return to
  }
  let cuedUntil = -1
  for (let i = 0; i < list.length; i += 1) {
    const word = list[i]!
    const title = titleAt(list, i, joined)
    if (title !== undefined) {
      const at = i + title.length
      if (at < list.length && joined(at - 1)) {
        const to = run(at)
        if (isTitledName(title.kind, list, i, at, to, text)) {
          add(list[at]!.start, list[to - 1]!.end)
          i = to - 1
          continue
        }
        if (title.kind === 'OFFICE') {
          const name = nameAfterOffice(list, at, joined)
          if (name) { add(list[name.from]!.start, list[name.to - 1]!.end); i = name.to - 1; continue }
        }
      }
    }
    if (!word.isCapital || !FAMILY.has(word.lower)) continue
    const before = list[i - 1]
    const to = run(i)
    const known = knownAt(list, i, to)
    const isListed = cuedUntil === i - 1 && i > 0 && /^\s*(?:,|;|và|-|–)\s*$/u.test(gap(i - 1))
    const isListedByAnd = before?.lower === 'và' && cuedUntil === i - 2 && i > 1
    const isInRun = before?.isCapital === true && joined(i - 1)
    const isCued = known > 0 || isListed || isListedByAnd || (before !== undefined && (joinedOrQuoted(gap(i - 1)) || HOUSE_NUMBER.test(gap(i - 1))) && PLACE_CUES.has(before.lower))
    if (isCued) {
      cuedUntil = Math.max(i + known, to) - 1
      // "xã Thạnh Phú Trần Văn B": the ward ends where a family name with Văn or Thị begins again.
      i = known > 0 ? i + known - 1 : i
      continue
    }
    if (isName(list, i, to) && (!isInRun || SURE_MIDDLE.has(list[i + 1]?.lower ?? ''))) {
      add(word.start, list[Math.min(to, i + 4) - 1]!.end)
      i = to - 1
    }
  }
  for (const { start, end } of uncapitalised(text)) add(start, end)
  return found.sort((a, b) => a.start - b.start)
}

function readWords(text: string): Word[] {
  return [...text.matchAll(/\p{L}[\p{L}\p{M}'’]*(?:\/c)?/gu)].map((match) => ({ text: match[0], lower: match[0].toLowerCase(), start: match.index, end: match.index + match[0].length, isCapital: /^\p{Lu}/u.test(match[0]) }))
}

/** "hẻm 59 Phạm Viết Chánh". */
const HOUSE_NUMBER = /^\s+\d[\d/.-]*\p{L}?\s+$/u
const joinedOrQuoted = (gap: string): boolean => /^[\s“"'‘(]{1,3}$/u.test(gap)

type TitleKind = 'KIN' | 'ACCUSED' | 'OFFICE'
function titleAt(list: readonly Word[], i: number, joined: (i: number) => boolean): { kind: TitleKind; length: number } | undefined {
  const one = list[i]!.lower
  const said = (phrase: string): number => {
    const parts = phrase.split(' ')
    return parts.every((part, n) => list[i + n]?.lower === part && (n === 0 || joined(i + n - 1))) ? parts.length : 0
  }
  for (const [kind, phrases] of [['ACCUSED', ACCUSED], ['OFFICE', OFFICES]] as const) for (const phrase of phrases) { const length = phrase.startsWith(one) ? said(phrase) : 0; if (length > 0) return { kind, length } }
  return KIN.has(one) ? { kind: 'KIN', length: 1 } : undefined
}

function isTitledName(kind: TitleKind, list: readonly Word[], i: number, at: number, to: number, text: string): boolean {
  if (to <= at) return false
  const first = list[at]!
  const size = to - at
  if (knownAt(list, at, to) > 0 || knownAt(list, i, to) > 0) return false
  // "anh T.", "chị H.N.": already without a name.
  if (list.slice(at, to).every(({ text: said }) => said.length === 1)) return false
  const isFull = FAMILY.has(first.lower) && size >= 2
  if (kind === 'OFFICE') return isFull && isName(list, at, to)
  const after = list[to]
  // "em An toàn", "anh Công an": the capital begins another word.
  const goesOn = size === 1 && after !== undefined && text.slice(first.end, after.start) === ' ' && NO_NAMES.has(first.lower) && (!GIVEN.has(first.lower) || COMPOUNDS.has(`${first.lower} ${after.lower}`))
  if (goesOn || (size === 1 && ETHNIC.has(first.lower))) return false
  const isNoName = NO_NAMES.has(first.lower) && !GIVEN.has(first.lower)
  if (kind === 'ACCUSED') return isFull || !isNoName
  const title = list[i]!
  const before = list[i - 1]
  if (before !== undefined && (KIN.has(before.lower) || before.lower === 'trẻ') && !isFull) return false
  if (title.isCapital && !isSentenceStart(text, title.start)) return isFull && size >= 3 && !(before !== undefined && PLACE_CUES.has(before.lower))
  if (title.isCapital && before !== undefined && PLACE_CUES.has(before.lower) && text.slice(before.end, title.start) === ' ') return false
  return isFull || !(NO_NAMES.has(first.lower) && !(GIVEN.has(first.lower) && !title.isCapital))
}
/** Of these some are given names, unless they begin a word of two. */
const GIVEN = words('an bình văn')
const COMPOUNDS: ReadonlySet<string> = new Set(['an toàn', 'an ninh', 'an dân', 'bình yên', 'bình đẳng', 'văn hóa', 'văn hoá', 'văn minh', 'văn phòng', 'văn nghệ'])
const ETHNIC = words('khmer chăm mông dao thái tày nùng mường kinh hoa')
const isSentenceStart = (text: string, at: number): boolean => at === 0 || SENTENCE_END.test(text.slice(Math.max(0, at - 4), at))

/** Whether capitals that begin with a family name are a person's by their own make. */
function isName(list: readonly Word[], from: number, to: number): boolean {
  const [first, second] = [list[from]!.lower, list[from + 1]?.lower ?? '']
  if (to - from < 3 || !FAMILY.has(first)) return false
  if (SURE_MIDDLE.has(second)) return true
  return !COMMON_FAMILY.has(first) || (MIDDLE.has(second) && !COMMON_FAMILY.has(second))
}

/** "Chủ tịch UBND xã Thạnh Phú Trần Văn B", "Trưởng Công an xã Nguyễn Văn A": the office, its body, then who holds it. */
function nameAfterOffice(list: readonly Word[], from: number, joined: (i: number) => boolean): { from: number; to: number } | undefined {
  for (let i = from; i < list.length && i < from + 12; i += 1) {
    if (i > from && !joined(i - 1)) return undefined
    const word = list[i]!
    if (!word.isCapital || !FAMILY.has(word.lower)) continue
    let to = i
    while (to < list.length && to - i < 4 && list[to]!.isCapital && (to === i || joined(to - 1))) to += 1
    const known = knownAt(list, i, to)
    if (known > 0) { i += known - 1; continue }
    const before = list[i - 1]
    const isUnit = before !== undefined && UNIT_CUES.has(before.lower)
    const isOtherPlace = before !== undefined && PLACE_CUES.has(before.lower) && !isUnit
    if (isOtherPlace) continue
    // A unit may bear a person's name; one that no unit of the country bears is the officer's.
    if (isUnit ? to - i >= 3 && (SURE_MIDDLE.has(list[i + 1]!.lower) || (STATE_UNITS.has(before.lower) && isName(list, i, to))) : isName(list, i, to) || (to - i === 2 && !COMMON_FAMILY.has(word.lower) && before?.isCapital === false && !PLACE_CUES.has(before.lower))) return { from: i, to }
  }
  return undefined
}

/** How many words from here are a name of history or of a unit. */
function knownAt(list: readonly Word[], from: number, to: number): number {
  for (let size = Math.min(5, to - from); size >= 2; size -= 1) {
    const said = list.slice(from, from + size).map(({ lower }) => lower).join(' ')
    if (KNOWN_NAMES.has(said)) return size
  }
  return 0
}

const FOLDED_KNOWN: ReadonlySet<string> = new Set([...KNOWN_NAMES].map((name) => name.split(' ').map(fold).join(' ')))
/** Family names that mean nothing else, even small and without marks. */
const LOWER = /(?<!\p{L})(?:(?:nguyễn|trần|phạm|huỳnh|đặng|bùi|phan|lê|hoàng|trịnh|ngô|đinh) (?:văn|thị)|(?:nguyen|tran|pham|huynh|dang|bui|phan|le|hoang|trinh|ngo|dinh) (?:van|thi))(?: \p{L}+)(?!\p{L})/gu
const FOLDED_CUES = words('duong pho phuong xa quan huyen tinh thon ap khom xom truong thpt thcs hem cho cau')

/** "nguyen van a": typed small, so that no capital tells. */
function uncapitalised(text: string): FoundName[] {
  return [...text.matchAll(LOWER)].filter((match) => {
    const said = match[0].split(' ').map(fold).join(' ')
    const before = /(\p{L}+)\s*$/u.exec(text.slice(Math.max(0, match.index - 16), match.index))?.[1]
    return ![...FOLDED_KNOWN].some((known) => known === said || known.startsWith(`${said} `)) && !(before !== undefined && (FOLDED_CUES.has(fold(before)) || PLACE_CUES.has(before.toLowerCase())))
  }).map((match) => ({ start: match.index, end: match.index + match[0].length }))
}
