/**
 * The rules of the evidence ladder, as data: stored in `setting` under `evidence_rules`, so that a curator can change them and see what
 * would change before publishing. This is the first set, which the seed writes.
 */
import { z } from 'zod'
import { ATTRIBUTIONS, SPREADS } from './document.ts'

const pattern = z.string().refine((value) => {
  try {
    return new RegExp(value, 'iu') instanceof RegExp
  } catch {
    return false
  }
}, 'expected a regular expression')

export const evidenceRules = z.strictObject({
  version: z.number().int().positive(),
  /** E1: who publishes an official report. `not` wins: a newspaper is press even on a government's host, and so is a repost. */
  official: z.strictObject({ hosts: z.array(pattern), publishers: z.array(pattern), not: z.strictObject({ hosts: z.array(pattern), publishers: z.array(pattern) }) }),
  /** Results with these attributions say nothing of what the model does: they rise to E1 at most. */
  neverAnEffect: z.array(z.enum(ATTRIBUTIONS)),
  /** E3 and E5: the source's own words, looked for in a result's statement and comparison. Only a result that reaches E2 can have them. */
  comparisonGroup: z.strictObject({ words: z.array(pattern), not: z.array(pattern) }),
  randomised: z.strictObject({ words: z.array(pattern) }),
  /** E4: so many provinces other than the origin's, each a replication of this spread with an own result that reaches `resultLevel`. */
  independentReplication: z.strictObject({ provinces: z.number().int().min(2), spreads: z.array(z.enum(SPREADS)), resultLevel: z.enum(['E2', 'E3']) }),
})
export type EvidenceRules = z.infer<typeof evidenceRules>

/** The `setting` key that holds the rules in force. */
export const EVIDENCE_RULES_SETTING = 'evidence_rules'

/** Version 1. Mandated and cascading spread (CASCADE, MANDATE) and spread of unknown kind are no independent replication. */
export const FIRST_EVIDENCE_RULES: EvidenceRules = {
  version: 1,
  official: {
    hosts: ['(^|\\.)gov\\.vn$', '(^|\\.)quochoi\\.vn$', '(^|\\.)chinhphu\\.vn$', '^congan(tinh)?[a-z]*\\.vn$', '(^|\\.)danang\\.vn$'],
    publishers: [
      '^(Bộ|Cục|Vụ|Sở|Tổng cục|Thanh tra|Viện kiểm sát|Tòa án) ', '^(Chính phủ|Quốc hội|Thủ tướng|Văn phòng (Chính phủ|Quốc hội))', '^(UBND|Ủy ban nhân dân|HĐND|Hội đồng nhân dân)( |$)',
      '^Công an (tỉnh|thành phố|TP|huyện|quận|thị xã|thị trấn|xã|phường|đặc khu)', '^Công an (?!nhân dân)\\p{Lu}', '^(Cổng|Trang) (TTĐT|thông tin)', '^(Đảng ủy|Tỉnh ủy|Thành ủy|Huyện ủy|Quận ủy)',
    ],
    not: {
      hosts: ['(^|\\.)cand\\.com\\.vn$', '(^|\\.)cadn\\.com\\.vn$', '(^|\\.)congan\\.com\\.vn$', '(^|\\.)antv\\.gov\\.vn$', '^thrt\\.', '(^|\\.)baomoi\\.'],
      publishers: ['^(Báo|Tạp chí|Đài|Truyền hình|ANTV|Công an nhân dân|VOV|VTV)( |$)', '\\((nguồn )?Báo ', 'đăng lại', 'dẫn lại', '\\(dẫn '],
    },
  },
  neverAnEffect: ['CONTEXT'],
  comparisonGroup: {
    words: ['nhóm (đối )?chứng', '(nơi|địa bàn|xã|phường|khu|thôn|ấp|tuyến|trường)\\s(\\S+\\s){0,4}đối chứng', 'so với (các )?(nơi|địa bàn|xã|phường|khu|thôn|ấp|tuyến|trường)\\s(\\S+\\s){0,4}(không|chưa) (có|lắp|làm|áp dụng|thực hiện|triển khai)'],
    not: ['không (có )?(nhóm )?đối chứng', 'chưa (có )?(nhóm )?đối chứng'],
  },
  randomised: { words: ['(chọn|phân bổ|chia)\\s(\\S+\\s){0,3}ngẫu nhiên', 'thử nghiệm ngẫu nhiên', 'phân tích gộp', 'tổng quan hệ thống'] },
  independentReplication: { provinces: 2, spreads: ['LEARNING', 'PARALLEL'], resultLevel: 'E2' },
}
