/** Words that mean nothing by themselves: numbers as slogans have them, and the words of grammar. What means something is in the thesaurus. */
import { fold } from './fold.ts'

/** Numbers in words, as slogans have them ("ba không", "5 trong 1"). */
export const NUMBER_WORDS: readonly (readonly [digits: string, words: string])[] = [
  ['1', 'một'], ['2', 'hai'], ['3', 'ba'], ['4', 'bốn'], ['5', 'năm'], ['6', 'sáu'], ['7', 'bảy'], ['8', 'tám'], ['9', 'chín'], ['10', 'mười'],
]

/** Numbers in a row that are read as one formula: `12/1`, `1+5`, `20.10.2025`. */
export const FORMULA_LENGTH = 4

/** What stands after the number in a slogan; a number word counts as a number only before one of these ("năm" is also a year, "hai" the sea). */
export const SLOGAN_WORDS: ReadonlySet<string> = new Set(
  'không có an biết giảm tốt giữ tự cùng trước trong trên tại sạch giỏi quản tăng nhất hai ba một đầu phòng chống bám gần cao bảo điểm sẵn xây nên'.split(' '),
)

/**
 * Words that carry grammar, not content. They are weighed down, never forbidden: as a filter they would cut "Công an với Cựu chiến
 * binh" apart. Written with marks; a text typed without marks matches them folded only when that hides no frequent content word.
 */
export const FUNCTION_WORDS: ReadonlySet<string> = new Set(
  ('của và các những nào gì cho ở tại thì là muốn để với về như thế sao ra được bị đã đang sẽ rồi mà hay hoặc khi nếu vì nên do từ đến trong ngoài này kia ấy đó ' +
    'mấy một cái chiếc cứ cũng chỉ lại còn có làm mô hình mình tôi chúng ta họ ai đâu bao giờ cách nhằm theo vào trên dưới giữa cùng rất quá thật nhiều ít phải cần xin hỏi ' +
    'hãy nhờ hơn nhất luôn vẫn đều mỗi từng vài khác nhau lên xuống vô dùm giùm dạ ạ nhé nha vậy hả hoài qua sang').split(' '),
)

/** Folded forms that stay content even though a function word folds to them (hội/hoi, cô/co, tự/tu, cùng/cung …). */
export const FOLDED_CONTENT: ReadonlySet<string> = new Set('an ho hinh hoi cai bo ra ai do a nha den qua xuong sang'.split(' '))
export const FUNCTION_FOLDED: ReadonlySet<string> = new Set([...FUNCTION_WORDS].map(fold).filter((word) => !FOLDED_CONTENT.has(word)))
