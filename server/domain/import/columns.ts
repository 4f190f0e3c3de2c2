/**
 * The columns of the flat form (CSV, XLSX, and rows of JSON): one row is one model. What import recognises, what export writes and what
 * the template offers are this one list; columns.md beside it says the same to people, and a test compares.
 */
import type { TermKind } from '../../db/tables.ts'
import { foldedWords } from '../../search/fold.ts'
import { CONFIDENCES, OPERATIONAL_STATUSES, ORIGIN_KINDS, QUALIFIERS } from '../model/document.ts'

export type ColumnKey =
  | 'slug' | 'name' | 'aliases' | 'summary' | 'problem' | 'howItWorks' | 'leadBody' | 'operationalStatus' | 'topics' | 'settings' | 'participants'
  | 'originKind' | 'originPlace' | 'originLocality' | 'startedOn' | 'startedAsWritten' | 'initiator' | 'confidence'
  | 'sourceTitle' | 'sourcePublisher' | 'sourceUrl' | 'sourcePublishedOn' | 'moreSources'
  | 'resultStatement' | 'resultIndicator' | 'resultQualifier' | 'resultValue' | 'resultUnit' | 'resultPeriod' | 'revision'

export interface Column {
  key: ColumnKey
  /** The heading that export and template write. */
  label: string
  /** Other headings that mean the same, beside the key itself; compared without marks, case and punctuation. */
  synonyms: readonly string[]
  kind: 'text' | 'list' | 'terms' | 'choice' | 'date' | 'period' | 'number' | 'integer' | 'url' | 'sources'
  /** Of `terms`: whose keys, labels or synonyms the cell lists. */
  vocabulary?: TermKind
  /** Of `choice`: value → Vietnamese label; either is understood. */
  choices?: Readonly<Record<string, string>>
  isRequired?: boolean
  /** For whoever fills in the template. */
  help: string
}

const labelled = <const V extends string>(values: readonly V[], labels: Record<V, string>): Readonly<Record<string, string>> => Object.fromEntries(values.map((value) => [value, labels[value]]))

export const CHOICES = {
  operationalStatus: labelled(OPERATIONAL_STATUSES, {
    PROPOSED: 'Đề xuất', PILOT: 'Làm thí điểm', ACTIVE: 'Đang hoạt động', NEEDS_CONSOLIDATION: 'Cần củng cố', SUSPENDED: 'Tạm dừng', ENDED: 'Đã kết thúc', RETIRED: 'Thanh loại', UNKNOWN: 'Chưa rõ',
  }),
  originKind: labelled(ORIGIN_KINDS, { BOTTOM_UP: 'Từ cơ sở', PROGRAMME: 'Từ chương trình', INDEPENDENT: 'Độc lập', UNKNOWN: 'Chưa rõ' }),
  confidence: labelled(CONFIDENCES, { DOCUMENTED: 'Có văn bản', INFERRED: 'Suy ra', CLAIMED: 'Được nêu' }),
  qualifier: labelled(QUALIFIERS, { EXACT: 'Đúng', OVER: 'Hơn', NEARLY: 'Gần', ABOUT: 'Khoảng' }),
} as const

const PERIODS = '2021, 8/2021, 2019-2020, quý II/2021, 6 tháng đầu năm 2021'

export const COLUMNS: readonly Column[] = [
  { key: 'slug', label: 'Mã mô hình', synonyms: ['mã', 'mã số', 'mã bản ghi', 'key', 'id'], kind: 'text', help: 'Để trống với mô hình mới. Mã có sẵn trong kho: dòng này sửa mô hình đó.' },
  { key: 'name', label: 'Tên mô hình', synonyms: ['tên', 'mô hình', 'tên gọi', 'tên gọi mô hình', 'tên đầy đủ', 'title', 'model'], kind: 'text', isRequired: true, help: 'Tên chính thức.' },
  { key: 'aliases', label: 'Tên gọi khác', synonyms: ['tên khác', 'tên viết tắt', 'alias'], kind: 'list', help: 'Nhiều tên cách nhau bằng dấu chấm phẩy.' },
  { key: 'summary', label: 'Tóm tắt', synonyms: ['mô tả', 'mô tả ngắn', 'nội dung', 'nội dung tóm tắt', 'giới thiệu', 'description'], kind: 'text', isRequired: true, help: 'Mô hình là gì, trong vài câu.' },
  { key: 'problem', label: 'Vấn đề', synonyms: ['vấn đề giải quyết', 'lý do', 'sự cần thiết'], kind: 'text', help: 'Mô hình giải quyết việc gì.' },
  { key: 'howItWorks', label: 'Cách làm', synonyms: ['cách thức hoạt động', 'cách thực hiện', 'phương thức hoạt động', 'cách thức thực hiện'], kind: 'text', help: 'Vận hành thế nào.' },
  { key: 'leadBody', label: 'Đơn vị chủ trì', synonyms: ['cơ quan chủ trì', 'chủ trì', 'đơn vị phụ trách'], kind: 'text', help: 'Cơ quan, tổ chức; không ghi tên cá nhân.' },
  { key: 'operationalStatus', label: 'Tình trạng', synonyms: ['trạng thái', 'tình trạng hoạt động', 'status'], kind: 'choice', choices: CHOICES.operationalStatus, help: 'Chọn trong danh sách; để trống là chưa rõ.' },
  { key: 'topics', label: 'Lĩnh vực', synonyms: ['chủ đề', 'nội dung lĩnh vực', 'topic'], kind: 'terms', vocabulary: 'TOPIC', help: 'Tên hoặc mã trong danh mục; nhiều lĩnh vực cách nhau bằng dấu chấm phẩy.' },
  { key: 'settings', label: 'Môi trường', synonyms: ['loại địa bàn', 'nơi áp dụng', 'môi trường áp dụng', 'setting'], kind: 'terms', vocabulary: 'SETTING', help: 'Tên hoặc mã trong danh mục; nhiều mục cách nhau bằng dấu chấm phẩy.' },
  { key: 'participants', label: 'Lực lượng tham gia', synonyms: ['lực lượng', 'thành phần tham gia', 'thành phần', 'participant'], kind: 'terms', vocabulary: 'PARTICIPANT', help: 'Tên hoặc mã trong danh mục; nhiều mục cách nhau bằng dấu chấm phẩy.' },
  { key: 'originKind', label: 'Cách hình thành', synonyms: ['hình thức khởi nguồn', 'loại khởi nguồn'], kind: 'choice', choices: CHOICES.originKind, help: 'Chọn trong danh sách.' },
  { key: 'originPlace', label: 'Nơi khởi nguồn', synonyms: ['địa phương', 'địa bàn', 'nơi bắt đầu', 'nơi hình thành', 'place', 'placeAsWritten'], kind: 'text', help: 'Như nguồn viết, với tên khi đó.' },
  { key: 'originLocality', label: 'Mã đơn vị hành chính', synonyms: ['mã địa phương', 'mã xã', 'mã đvhc', 'locality'], kind: 'text', help: 'Mã số của đơn vị khi đó (như 31135), mã@ngày, hoặc mã chữ trong kho. Để trống nếu chưa rõ.' },
  { key: 'startedOn', label: 'Bắt đầu từ', synonyms: ['năm bắt đầu', 'ngày bắt đầu', 'thời gian bắt đầu', 'năm thành lập', 'ngày thành lập', 'thời điểm bắt đầu', 'ra đời'], kind: 'date', help: '2012, 8/2012 hoặc 18/8/2012 (ngày trước, tháng sau).' },
  { key: 'startedAsWritten', label: 'Thời điểm như nguồn viết', synonyms: ['thời gian theo nguồn'], kind: 'text', help: 'Khi ngày tháng không nói hết.' },
  { key: 'initiator', label: 'Đơn vị khởi xướng', synonyms: ['khởi xướng', 'nơi khởi xướng', 'đơn vị đề xuất'], kind: 'text', help: 'Cơ quan, tổ chức; không ghi tên cá nhân.' },
  { key: 'confidence', label: 'Độ chắc chắn', synonyms: ['độ tin cậy'], kind: 'choice', choices: CHOICES.confidence, help: 'Chọn trong danh sách.' },
  { key: 'sourceTitle', label: 'Nguồn', synonyms: ['tên nguồn', 'tiêu đề nguồn', 'tên bài', 'nguồn tin', 'văn bản', 'source'], kind: 'text', help: 'Tên bài, báo cáo hoặc văn bản nói về mô hình.' },
  { key: 'sourcePublisher', label: 'Nơi công bố', synonyms: ['cơ quan công bố', 'cơ quan ban hành', 'báo', 'publisher'], kind: 'text', help: 'Cơ quan, báo đã công bố.' },
  { key: 'sourceUrl', label: 'Đường dẫn', synonyms: ['đường dẫn nguồn', 'link', 'liên kết', 'địa chỉ', 'url'], kind: 'url', help: 'Địa chỉ bắt đầu bằng http:// hoặc https://.' },
  { key: 'sourcePublishedOn', label: 'Ngày công bố', synonyms: ['ngày đăng', 'ngày ban hành', 'publishedOn'], kind: 'date', help: '2025, 7/2025 hoặc 28/7/2025.' },
  { key: 'moreSources', label: 'Nguồn khác', synonyms: ['các nguồn khác', 'nguồn bổ sung'], kind: 'sources', help: 'Mỗi dòng một nguồn: tên | nơi công bố | đường dẫn | ngày.' },
  { key: 'resultStatement', label: 'Kết quả', synonyms: ['hiệu quả', 'kết quả đạt được', 'kết quả nổi bật', 'result'], kind: 'text', help: 'Một kết quả, như nguồn nói; cần có nguồn.' },
  { key: 'resultIndicator', label: 'Chỉ tiêu', synonyms: ['chỉ số', 'indicator'], kind: 'text', help: 'Đo cái gì.' },
  { key: 'resultQualifier', label: 'Mức chính xác', synonyms: ['qualifier'], kind: 'choice', choices: CHOICES.qualifier, help: 'Đúng, hơn, gần hay khoảng.' },
  { key: 'resultValue', label: 'Số liệu', synonyms: ['giá trị', 'con số', 'số lượng', 'value'], kind: 'number', help: 'Dấu phẩy cho phần lẻ: 1.234,5.' },
  { key: 'resultUnit', label: 'Đơn vị tính', synonyms: ['unit'], kind: 'text', help: 'Như: vụ, người, %.' },
  { key: 'resultPeriod', label: 'Thời gian của kết quả', synonyms: ['giai đoạn', 'kỳ báo cáo', 'period'], kind: 'period', help: `${PERIODS}.` },
  { key: 'revision', label: 'Phiên bản', synonyms: ['số phiên bản'], kind: 'integer', help: 'Do kho ghi khi xuất; giữ nguyên để không ghi đè sửa đổi của người khác.' },
]

export const COLUMN: ReadonlyMap<ColumnKey, Column> = new Map(COLUMNS.map((column) => [column.key, column]))

/** Headings as they are compared: no marks, no case, no punctuation, without what forms add ("(*)", "bắt buộc"). */
export const headingKey = (heading: string): string => foldedWords(heading.replace(/\((?:\*|bắt buộc|nếu có)\)/giu, ' ')).trim()

const BY_HEADING: ReadonlyMap<string, ColumnKey> = new Map(COLUMNS.flatMap(({ key, label, synonyms }) => [label, key, ...synonyms].map((name) => [headingKey(name), key] as const)))

/** The column that a heading names. */
export const columnOf = (heading: string): ColumnKey | undefined => BY_HEADING.get(headingKey(heading))
