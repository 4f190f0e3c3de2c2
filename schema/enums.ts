/** The enums. Each value is described by its Vietnamese label first, which is also the extension `labelVi`, then by what it means. */
import { API_KEY_STATES } from '../server/domain/api-key/read.ts'
import { MODEL_ORDER_FIELDS } from '../server/domain/model/order.ts'
import {
  ATTRIBUTIONS, CITATION_PRECISIONS, CONFIDENCES, COUNTING_UNITS, EFFECTS, EVIDENCE_LEVELS, OPERATIONAL_STATUSES, ORIGIN_KINDS,
  QUALIFIERS, RECOGNITION_LEVELS, RELATION_KINDS, REPLICATION_STATUSES, REVIEW_DECISIONS, SETBACK_KINDS, SPREADS,
} from '../server/domain/model/document.ts'
import { AUDIT_FAULT_KINDS } from '../server/domain/audit/verify.ts'
import { ROLES } from '../server/domain/viewer.ts'
import { builder } from './builder.ts'

/** An enum whose values are those of the domain, each with its Vietnamese label and its meaning. */
export function labelledEnum<const V extends string>(name: string, description: string, values: readonly V[], told: { [K in NoInfer<V>]: [labelVi: string, meaning: string] }) {
  const entries = values.map((value) => [value, { description: `${told[value][0]}. ${told[value][1]}`, extensions: { labelVi: told[value][0] } }] as const)
  return builder.enumType(name, { description, values: Object.fromEntries(entries) as unknown as { [K in V]: { value?: K } } })
}

export const OperationalStatus = labelledEnum('OperationalStatus', 'Whether the model runs today. Apart from the state of its record.', OPERATIONAL_STATUSES, {
  PROPOSED: ['Đề xuất', 'Told as a plan; no place runs it yet.'],
  PILOT: ['Làm thí điểm', 'Tried in few places.'],
  ACTIVE: ['Đang hoạt động', 'Runs.'],
  NEEDS_CONSOLIDATION: ['Cần củng cố', 'Runs, and a review asks to strengthen it.'],
  SUSPENDED: ['Tạm dừng', 'Paused, to go on later.'],
  ENDED: ['Đã kết thúc', 'Ended by itself; nobody decided that it is not worth keeping.'],
  RETIRED: ['Thanh loại', 'Taken off by a decision, with a reason.'],
  UNKNOWN: ['Chưa rõ', 'No source tells.'],
})
export const EvidenceLevel = labelledEnum('EvidenceLevel', 'How far a claim can be trusted, from a press claim to a synthesis of trials.', EVIDENCE_LEVELS, {
  E0: ['Báo chí nêu', 'A claim in the press.'],
  E1: ['Báo cáo chính thức', 'A report of a public body.'],
  E2: ['Có so sánh trước và sau', 'Before and after, with a baseline.'],
  E3: ['Có nhóm so sánh', 'Compared with places that did not do it.'],
  E4: ['Nơi khác làm theo cũng có kết quả', 'Replicated independently, with results of its own.'],
  E5: ['Thử nghiệm ngẫu nhiên hoặc tổng hợp', 'A randomised trial or a synthesis of studies.'],
})
export const Qualifier = labelledEnum('Qualifier', 'How exact a figure is, as its source words it.', QUALIFIERS, {
  EXACT: ['Đúng', 'The very figure.'],
  OVER: ['Hơn', 'More than the figure (hơn, trên).'],
  NEARLY: ['Gần', 'A little less than the figure (gần).'],
  ABOUT: ['Khoảng', 'Around the figure (khoảng).'],
})
export const CountingUnit = labelledEnum('CountingUnit', 'What a figure counts. Figures of different units are never added up: a model, its points and their teams are three things.', COUNTING_UNITS, {
  MODEL_TYPE: ['Loại mô hình', 'Kinds of model.'],
  MODEL: ['Mô hình', 'Models.'],
  POINT: ['Điểm', 'Sites that run a model: the official counting unit.'],
  GROUP: ['Tổ', 'Teams at points.'],
  PERSON: ['Người', 'People.'],
  CASE: ['Vụ việc', 'Cases, incidents, reports.'],
  MONEY: ['Tiền', 'An amount of money.'],
  PERCENT: ['Phần trăm', 'A share or a change in per cent.'],
  OTHER: ['Khác', 'Something else; `unit` says what.'],
  NONE: ['Không có số', 'The statement has no figure.'],
})
export const Attribution = labelledEnum('Attribution', 'What a result says of the model: nothing, something, or a measured effect.', ATTRIBUTIONS, {
  CONTEXT: ['Bối cảnh', 'Reported of several models together or of a whole place: never an effect of this model.'],
  CONTRIBUTION: ['Đóng góp', 'The source credits it to the model, without measuring how much is due to it.'],
  MEASURED_EFFECT: ['Tác động đo được', 'Measured against a baseline or another group.'],
})
export const Effect = labelledEnum('Effect', 'Which way a result points.', EFFECTS, {
  POSITIVE: ['Tốt lên', 'Things got better.'],
  NULL: ['Không đổi', 'Looked for, and nothing changed.'],
  NEGATIVE: ['Xấu đi', 'Things got worse.'],
  MIXED: ['Lẫn lộn', 'Better in one way, worse in another.'],
  UNKNOWN: ['Chưa rõ', 'The source does not tell.'],
})
export const ReplicationStatus = labelledEnum('ReplicationStatus', 'What became of the model at that place.', REPLICATION_STATUSES, {
  PLANNED: ['Dự kiến', 'Announced.'],
  RUNNING: ['Đang làm', 'Runs.'],
  SUSTAINED: ['Duy trì', 'Told to run still, years after.'],
  STOPPED: ['Đã dừng', 'No longer runs.'],
  FAILED: ['Không thành', 'Tried, and did not work there.'],
  UNKNOWN: ['Chưa rõ', 'No source tells.'],
})
export const Spread = labelledEnum('Spread', 'How a model came to another place.', SPREADS, {
  CASCADE: ['Nhân rộng theo cấp', 'The place that started it, or the level above, rolled it out within its area.'],
  MANDATE: ['Theo chỉ đạo', 'A plan or order told the place to do it.'],
  LEARNING: ['Học tập', 'The place learned it from another and did it of its own accord.'],
  PARALLEL: ['Tự phát song song', 'The same idea, begun apart.'],
  UNKNOWN: ['Chưa rõ', 'No source tells.'],
})
export const Confidence = labelledEnum('Confidence', 'How sure it is that this is where it came from, or went.', CONFIDENCES, {
  DOCUMENTED: ['Có văn bản', 'A document says so.'],
  INFERRED: ['Suy ra', 'Follows from dates and places that sources tell.'],
  CLAIMED: ['Được nêu', 'A source claims it.'],
})
export const OriginKind = labelledEnum('OriginKind', 'How a model was born.', ORIGIN_KINDS, {
  BOTTOM_UP: ['Từ cơ sở', 'People or officers of one place began it.'],
  PROGRAMME: ['Từ chương trình', 'A plan of a higher level introduced it.'],
  INDEPENDENT: ['Độc lập', 'Born in several places apart.'],
  UNKNOWN: ['Chưa rõ', 'No source tells.'],
})
export const RecognitionLevel = labelledEnum('RecognitionLevel', 'Who recognised a model.', RECOGNITION_LEVELS, {
  NATIONAL: ['Cấp nhà nước', 'The state: President, Government, Prime Minister.'],
  MINISTRY: ['Cấp Bộ', 'A ministry or central body.'],
  PROVINCE: ['Cấp tỉnh', 'A province or centrally run city.'],
  DISTRICT: ['Cấp huyện', 'A district of before 1/7/2025.'],
  COMMUNE: ['Cấp xã', 'A commune, ward or special zone.'],
  OTHER: ['Khác', 'Another body, or not told.'],
})
export const SetbackKind = labelledEnum('SetbackKind', 'What went wrong, or held the model back.', SETBACK_KINDS, {
  STOPPED: ['Dừng hoạt động', 'A site or the whole model stopped.'],
  EQUIPMENT_FAILED: ['Thiết bị hỏng', 'Equipment broke down.'],
  WEAKENED: ['Hoạt động yếu, hình thức', 'Went through the motions.'],
  INEFFECTIVE: ['Không hiệu quả', 'Judged not to work.'],
  LIMITATION: ['Hạn chế', 'A limit that a source tells.'],
  MERGED: ['Đã gộp', 'Went into another model.'],
  PREDECESSOR: ['Mô hình trước đó', 'An earlier attempt that this model followed.'],
  CONTEXT: ['Bối cảnh', 'Told of many models together.'],
})
export const RelationKind = labelledEnum('ModelRelationKind', 'How this model stands to another, read from this one: `A VARIANT_OF B` = A is a variant of B.', RELATION_KINDS, {
  VARIANT_OF: ['Biến thể của', 'The same idea, done otherwise.'],
  COMPONENT_OF: ['Thành phần của', 'A part of the other.'],
  MERGED_INTO: ['Gộp vào', 'Went into the other.'],
  SUCCEEDS: ['Kế tục', 'Takes the other’s place.'],
  UPGRADED_FROM: ['Nâng cấp từ', 'Grew out of the other.'],
  SIMILAR_TO: ['Tương tự', 'Alike, neither from the other.'],
})
export const ReviewDecision = labelledEnum('ReviewDecision', 'What a review decides of a model.', REVIEW_DECISIONS, {
  MAINTAIN: ['Duy trì', 'Keep it as it is.'],
  CONSOLIDATE: ['Củng cố', 'Strengthen it.'],
  REPLICATE: ['Nhân rộng', 'Take it to other places.'],
  RETIRE: ['Thanh loại', 'Take it off, with a reason.'],
})
export const CitationPrecision = labelledEnum('CitationPrecision', 'What exactly a citation supports.', CITATION_PRECISIONS, {
  FACT: ['Trích dẫn cho sự kiện này', 'The source tells this very fact.'],
  RECORD: ['Nguồn của cả bản ghi', 'The source supports the record as a whole.'],
})
export const LocalityLevel = labelledEnum('LocalityLevel', 'Level of administration. Districts ended on 1/7/2025.', ['PROVINCE', 'DISTRICT', 'COMMUNE'], {
  PROVINCE: ['Cấp tỉnh', 'Province or centrally run city.'],
  DISTRICT: ['Cấp huyện', 'District, town or city of a province; none exists today.'],
  COMMUNE: ['Cấp xã', 'Commune, ward, township or special zone.'],
})
export const Language = labelledEnum('Language', 'Language of a label.', ['VI', 'EN'], { VI: ['Tiếng Việt', 'Vietnamese.'], EN: ['Tiếng Anh', 'English.'] })
export const OrderDirection = labelledEnum('OrderDirection', 'Direction of an ordering. What is unknown comes last either way.', ['ASC', 'DESC'], {
  ASC: ['Tăng dần', 'Smallest, earliest or A first.'],
  DESC: ['Giảm dần', 'Largest, latest or last letter first.'],
})
export const ModelOrderField = labelledEnum('ModelOrderField', 'What `models` can be ordered by.', MODEL_ORDER_FIELDS, {
  NAME: ['Tên', 'Name, in Vietnamese alphabetical order.'],
  STARTED_ON: ['Thời điểm bắt đầu', 'When the origin started, as precisely as known.'],
  UPDATED_AT: ['Lần cập nhật', 'When the published record last changed.'],
  REPLICATION_COUNT: ['Số lần nhân rộng', 'How many replications are told.'],
})
export const Role = labelledEnum('Role', 'What a caller with an identity may do, each more than the one before. A caller without one is a reader.', ROLES, {
  LOCALITY_OFFICER: ['Cán bộ địa phương', 'Writes and submits records of their own units and all that lies in them.'],
  CURATOR: ['Biên tập viên', 'Writes, reviews and publishes records of every place.'],
  ADMIN: ['Quản trị viên', 'All of that, and keys, and the audit log.'],
})
export const ApiKeyState = labelledEnum('ApiKeyState', 'Whether a key still opens anything.', API_KEY_STATES, {
  ACTIVE: ['Còn hiệu lực', 'Good.'],
  EXPIRED: ['Hết hạn', 'Past its time.'],
  REVOKED: ['Đã thu hồi', 'Taken back by an administrator.'],
})
export const AuditFaultKind = labelledEnum('AuditFaultKind', 'What is wrong with the audit log.', AUDIT_FAULT_KINDS, {
  MISSING: ['Thiếu', 'Entries are missing.'],
  CHANGED: ['Bị sửa', 'An entry is not what was written.'],
  UNLINKED: ['Đứt chuỗi', 'An entry does not follow the one before it.'],
  UNEXPLAINED_ERASURE: ['Xóa không giải trình', 'A payload is gone, and no entry says who erased it and why.'],
  WRONG_END: ['Sai điểm cuối', 'The log does not end with the entry that was written last.'],
  WRONG_ANCHOR: ['Sai mốc đối chiếu', 'An entry is not the one that an earlier check told: the log was written anew.'],
})
