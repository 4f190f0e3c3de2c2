/**
 * Abbreviations of the field, as data: what is written short, and every way it is written out. Curators' own thesaurus entries
 * join these; a short form opens to all of its long forms, and a long form is also looked for by its short one.
 */

/** [short forms, long forms]: the first long form is the one shown to people. */
export const ABBREVIATIONS: readonly (readonly [shorts: string, longs: string])[] = [
  ['ANTT', 'an ninh trật tự|an ninh, trật tự'],
  ['ANTQ', 'an ninh Tổ quốc'],
  ['BVANTQ', 'bảo vệ an ninh Tổ quốc'],
  ['TDBVANTQ', 'toàn dân bảo vệ an ninh Tổ quốc'],
  ['ANQG', 'an ninh quốc gia'],
  ['ANCT', 'an ninh chính trị'],
  ['ANND', 'an ninh nhân dân'],
  ['TTATXH', 'trật tự an toàn xã hội|trật tự, an toàn xã hội'],
  ['TTATGT', 'trật tự an toàn giao thông|trật tự, an toàn giao thông'],
  ['ATGT', 'an toàn giao thông'],
  ['TTCC', 'trật tự công cộng'],
  ['TNGT', 'tai nạn giao thông'],
  ['PCTP', 'phòng chống tội phạm|phòng, chống tội phạm'],
  ['TNXH', 'tệ nạn xã hội'],
  ['PCMT', 'phòng chống ma túy'],
  ['PCCC', 'phòng cháy chữa cháy|phòng cháy, chữa cháy'],
  ['CNCH', 'cứu nạn cứu hộ'],
  ['CLB', 'câu lạc bộ'],
  ['CCB', 'cựu chiến binh'],
  ['CAND', 'công an nhân dân'],
  ['CAP', 'công an phường'],
  ['CAX', 'công an xã'],
  ['CSKV', 'cảnh sát khu vực'],
  ['CSGT', 'cảnh sát giao thông'],
  ['BĐBP', 'bộ đội biên phòng'],
  ['MTTQ', 'Mặt trận Tổ quốc'],
  ['UBND', 'ủy ban nhân dân'],
  ['HĐND', 'hội đồng nhân dân'],
  ['LĐLĐ', 'liên đoàn lao động'],
  ['LHPN', 'liên hiệp phụ nữ'],
  ['HPN', 'hội phụ nữ'],
  ['ĐTN', 'đoàn thanh niên'],
  ['HND', 'hội nông dân'],
  ['NCT', 'người cao tuổi'],
  ['KDC', 'khu dân cư'],
  ['KV', 'khu vực'],
  ['KP', 'khu phố'],
  ['TDP', 'tổ dân phố'],
  ['KCN', 'khu công nghiệp'],
  ['CCN', 'cụm công nghiệp'],
  ['KTX', 'ký túc xá'],
  ['PGHH', 'Phật giáo Hòa Hảo'],
  ['DVK', 'dân vận khéo'],
  ['NTM', 'nông thôn mới'],
  ['BCĐ', 'ban chỉ đạo'],
  ['THNCĐ', 'tái hòa nhập cộng đồng'],
  ['CHXAPT', 'chấp hành xong án phạt tù'],
  ['BVDP', 'bảo vệ dân phố'],
  ['DQTV', 'dân quân tự vệ'],
  ['PBGDPL', 'phổ biến giáo dục pháp luật|phổ biến, giáo dục pháp luật'],
  ['HTX', 'hợp tác xã'],
  ['DTTS', 'dân tộc thiểu số'],
  ['BLGĐ', 'bạo lực gia đình'],
  ['VNEID', 'định danh điện tử'],
  ['V05|V28|PV05|PV28', 'xây dựng phong trào toàn dân bảo vệ an ninh Tổ quốc'],
]

/** Numbers in words, as slogans have them ("ba không", "5 trong 1"). */
export const NUMBER_WORDS: readonly (readonly [digits: string, words: string])[] = [
  ['1', 'một'], ['2', 'hai'], ['3', 'ba'], ['4', 'bốn'], ['5', 'năm'], ['6', 'sáu'], ['7', 'bảy'], ['8', 'tám'], ['9', 'chín'], ['10', 'mười'],
]

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
    'the of a an and or for in on at to with by from against is are how what which').split(' '),
)

/** Folded forms that stay content even though a function word folds to them (hội/hoi, cô/co, tự/tu, cùng/cung …). */
export const FOLDED_CONTENT: ReadonlySet<string> = new Set('an ho hinh hoi cai bo ra ai do a'.split(' '))
