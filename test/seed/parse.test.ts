import { describe, expect, it } from 'vitest'
import { readDate, readPeriod } from '../../server/domain/result/parse-date.ts'
import { findNumbers, readNumber } from '../../server/domain/result/parse-number.ts'
import { readAmount, readAttribution, readBaseline, readCountingUnit, readEffect, readQualifier, readResult, readTime, type ResultText } from '../../server/domain/result/parse.ts'

describe('numbers', () => {
  it.each([['1.500', 1500], ['12,3', 12.3], ['176,79', 176.79], ['65.673', 65673], ['1.912.832.000', 1912832000], ['12.5', 12.5], ['một', null]])('%s', (written, value) => {
    expect(readNumber(written)).toBe(value)
  })

  it('finds them in a sentence with their thousands, millions and number words', () => {
    expect(findNumbers('Sau hai năm góp 12,3 tỷ đồng, 5 nghìn bóng, 1.500 hộ').map((n) => n.scaled)).toEqual([2, 12.3e9, 5000, 1500])
  })
})

describe('qualifier', () => {
  it.each<[string, string, Partial<ResultText>]>([
    ['NEARLY', 'Tây Cốc có gần 1.000 đèn và 10 camera ở 10/10 khu.', { value: 1000 }],
    ['EXACT', 'Tây Cốc có gần 1.000 đèn và 10 camera.', { value: 10 }],
    ['OVER', 'Toàn tỉnh Thanh Hóa có hơn 136.000 mắt camera với tổng kinh phí gần 98 tỷ đồng.', { value: 136000 }],
    ['NEARLY', 'Toàn tỉnh Thanh Hóa có hơn 136.000 mắt camera với tổng kinh phí gần 98 tỷ đồng.', { value: 98, unit: 'tỷ đồng' }],
    ['OVER', 'Nhân dân đóng góp trên 27 triệu đồng.', { value: 27, unit: 'triệu đồng' }],
    ['OVER', 'Nhân dân đóng góp trên 27 triệu đồng.', { value: 27_000_000, unit: 'đồng' }],
    ['ABOUT', 'Khoảng 10 thanh, thiếu niên có biểu hiện vi phạm.', { value: 10 }],
    ['OVER', 'Mỗi lần nhận tin có ít nhất hai người tới nơi.', { value: 2 }],
    ['OVER', 'Mỗi tổ có 40 hộ trở lên.', { value: 40 }],
    ['OVER', 'Mô hình đã làm nhiều năm.', { value: 8, comparison: 'hơn' }],
    ['OVER', 'Vụ vi phạm năm 2022.', { value: 1400, unit: 'vụ (hơn)' }],
    ['ABOUT', 'Có 25 người.', { value: 25, comparison: 'lũy kế đến 8/2025, số ước khoảng; thấp hơn con số 26' }],
    ['EXACT', 'Thôn thắp 58 bóng trên gần 3 km đường.', { value: 58 }],
    ['EXACT', 'Nguồn chỉ nói hàng trăm tin.', { value: null }],
  ])('%s: %s', (qualifier, statement, rest) => {
    expect(readQualifier({ statement, ...rest })).toBe(qualifier)
  })
})

describe('amount', () => {
  it.each<[Partial<ResultText> & { statement: string }, object]>([
    [{ statement: 'Nay còn 2–3 người đang cai.', value: 3, unit: 'người (2–3)' }, { value: 2, valueMax: 3, outOf: null, unit: 'người' }],
    [{ statement: 'Tội phạm giảm 70–80%.', value: -70, unit: '% (70–80)' }, { value: -80, valueMax: -70, outOf: null, unit: '%' }],
    [{ statement: 'Toàn xã 6/22 bản đạt.', value: 6, unit: 'bản / 22' }, { value: 6, valueMax: null, outOf: 22, unit: 'bản' }],
    [{ statement: 'Xã đạt 7/8 tiêu chí.', value: 7, unit: 'tiêu chí' }, { value: 7, valueMax: null, outOf: 8, unit: 'tiêu chí' }],
    [{ statement: 'Từ 9/2017 có tổ.', value: 9, unit: 'tổ' }, { value: 9, valueMax: null, outOf: null, unit: 'tổ' }],
    [{ statement: 'Mô hình có ở 26 trong 27 huyện.', value: 26, unit: 'huyện' }, { value: 26, valueMax: null, outOf: 27, unit: 'huyện' }],
    [{ statement: '48 người được công nhận.', value: 48, unit: 'người', comparison: 'trên 57 người được giao' }, { value: 48, valueMax: null, outOf: 57, unit: 'người' }],
    [{ statement: 'Các tổ giữ hơn 150 ha.', value: 150, unit: 'ha', comparison: 'trên 150 ha' }, { value: 150, valueMax: null, outOf: null, unit: 'ha' }],
    [{ statement: 'Năm người chết ở 2 vụ.', value: 5, unit: 'người / 2 vụ' }, { value: 5, valueMax: null, outOf: null, unit: 'người / 2 vụ' }],
    [{ statement: '2,8% hoàn thành.', value: 2.8, unit: '%', comparison: 'trên 204 người điều trị' }, { value: 2.8, valueMax: null, outOf: null, unit: '%' }],
    [{ statement: 'Không nêu số.' }, { value: null, valueMax: null, outOf: null, unit: null }],
  ])('$statement', (text, read) => {
    expect(readAmount(text)).toEqual(read)
  })
})

describe('counting unit', () => {
  it.each<[string, string, string]>([
    ['PERSON', 'người', ''], ['PERSON', 'đối tượng', ''], ['CASE', 'vụ', ''], ['CASE', 'vụ/năm', ''], ['PERCENT', '%', ''], ['MONEY', 'triệu đồng', ''], ['MONEY', 'đồng/hội viên/tháng', ''],
    ['MODEL', 'mô hình', ''], ['POINT', 'điểm', ''], ['GROUP', 'câu lạc bộ', ''], ['GROUP', 'tổ', ''], ['MODEL_TYPE', 'loại', 'loại mô hình trong xã'], ['OTHER', 'loại', 'loại cây'],
    ['OTHER', 'khẩu', 'súng thu hồi'], ['PERSON', 'khẩu', 'dân số xã'], ['OTHER', 'km', ''], ['OTHER', 'tổng', ''],
  ])('%s: %s', (countingUnit, unit, indicator) => {
    expect(readCountingUnit({ statement: '', value: 1, unit, indicator })).toBe(countingUnit)
  })

  it('counts nothing where no value is known', () => {
    expect(readCountingUnit({ statement: '', value: null, unit: 'vụ' })).toBe('NONE')
  })
})

describe('dates and periods', () => {
  it.each([['8/2025', '2025-08'], ['tháng 8/2025', '2025-08'], ['ngày 18/8/2022', '2022-08-18'], ['năm 2017', '2017'], ['tháng 3 năm 2014', '2014-03'], ['2019-11', '2019-11'], ['cuối 2020', null], ['13/2020', null]])('%s', (written, date) => {
    expect(readDate(written)).toBe(date)
  })

  it.each<[string, string | null, string | null, boolean]>([
    ['2022', '2022', '2022', false],
    ['2017/2024-02', '2017', '2024-02', false],
    ['2023-09-16/2023-09-17', '2023-09-16', '2023-09-17', false],
    ['2026-01-08–2026-01-09', '2026-01-08', '2026-01-09', false],
    ['6 tháng đầu 2015', '2015-01', '2015-06', true],
    ['6 tháng cuối 2014 và 5 tháng đầu 2015', '2014-07', '2015-05', true],
    ['6 tháng đầu 2014 (suy từ mức giảm)', '2014-01', '2014-06', true],
    ['2024 quý I', '2024-01', '2024-03', true],
    ['từ cuối 2011', '2011', null, true],
    ['sau khi gắn camera (từ sau giữa 2013)', '2013', null, true],
    ['2007 đến nay', '2007', null, true],
    ['đến 7/2017', null, '2017-07', true],
    ['18 tháng đến 2014-10', null, '2014-10', true],
    ['cuối 2018–2019-05', '2018', '2019-05', true],
    ['2022-09 – đầu 2023', '2022-09', '2023', true],
    ['đầu 2025-5/2025', '2025', '2025-05', true],
    ['24/5-27/6/2024', '2024-05-24', '2024-06-27', true],
    ['niên vụ 2023-2024', '2023', '2024', true],
    ['cuối 2010', '2010', '2010', true],
    ['thập niên 1990–2000', null, null, true],
    ['27/7–6/8 (nguồn không nêu năm trong đoạn trích)', null, null, true],
  ])('%s', (written, from, to, keepsWords) => {
    expect(readPeriod(written)).toEqual({ from, to, asWritten: keepsWords ? written : null })
  })

  it('knows no period where none is written', () => {
    expect(readPeriod(null)).toBeNull()
    expect(readPeriod('  ')).toBeNull()
  })
})

describe('time', () => {
  const time = (text: Partial<ResultText>) => readTime({ statement: '', ...text })

  it('takes "tính đến 9/2017" as the moment of the count', () => {
    expect(time({ comparison: 'sau 1 năm triển khai, tính đến 9/2017' })).toEqual({ period: null, asOf: '2017-09' })
  })

  it('reads a cumulative span from the comparison', () => {
    expect(time({ comparison: 'lũy kế từ 2012 đến 9/2023' })).toEqual({ period: { from: '2012', to: '2023-09', asWritten: null }, asOf: '2023-09' })
  })

  it('takes a month that is the article’s own for the moment of the count, where things are counted that just stand there', () => {
    expect(time({ statement: 'Tổ có 12 thành viên.', unit: 'người', period: '2020-08', published: '2020-08-11' })).toEqual({ period: null, asOf: '2020-08' })
    expect(time({ statement: 'Tổ có 12 thành viên.', unit: 'người', period: '2020-08', published: '2021-01' }).period).not.toBeNull()
  })

  it('keeps a month in which something happened', () => {
    expect(time({ statement: 'Tháng 4/2023 hỗ trợ bắt 2 đối tượng.', unit: 'đối tượng', period: '2023-04' })).toEqual({ period: { from: '2023-04', to: '2023-04', asWritten: null }, asOf: null })
  })

  it('narrows a year by "6 tháng đầu năm"', () => {
    expect(time({ period: '2022', comparison: '6 tháng đầu năm, số chung của xã' }).period).toEqual({ from: '2022-01', to: '2022-06', asWritten: '6 tháng đầu 2022' })
  })

  it('reads since when from the comparison', () => {
    expect(time({ comparison: 'sau hơn 7 năm (từ 3/2014)' }).period).toEqual({ from: '2014-03', to: null, asWritten: 'sau hơn 7 năm (từ 3/2014)' })
    expect(time({ comparison: 'từ 76 (2021), 49 (2022)' }).period).toBeNull()
  })
})

describe('baseline', () => {
  const baseline = (text: Partial<ResultText>) => readBaseline({ statement: '', ...text })

  it('takes the given figure and reads its period', () => {
    expect(baseline({ baselineValue: 193, baselinePeriod: '6 tháng đầu 2014 (suy từ mức giảm)' })).toEqual({ value: 193, period: { from: '2014-01', to: '2014-06', asWritten: '6 tháng đầu 2014 (suy từ mức giảm)' } })
  })

  it('reads a figure out of the comparison', () => {
    expect(baseline({ comparison: 'so với 58 vụ năm 2023; bài có số mâu thuẫn 75' })).toEqual({ value: 58, period: { from: '2023', to: '2023', asWritten: null } })
  })

  it('reads the time a change is measured against', () => {
    expect(baseline({ unit: '%', period: '2022', comparison: 'so với cùng kỳ năm 2021' })).toEqual({ value: null, period: { from: '2021', to: '2021', asWritten: 'cùng kỳ năm 2021' } })
    expect(baseline({ unit: '%', period: '2015-01/2015-06', comparison: 'so với cùng kỳ' })).toEqual({ value: null, period: { from: '2014-01', to: '2014-06', asWritten: 'cùng kỳ năm trước' } })
  })

  it('knows none where none is told', () => {
    expect(baseline({ comparison: 'sau hơn 3 tháng hoạt động' })).toBeNull()
  })
})

describe('attribution and effect', () => {
  it.each<[string, Partial<ResultText>]>([
    ['Tội phạm giảm 11,9% (kết quả chung của các mô hình tự quản).', {}],
    ['Tỉnh có 85 loại mô hình (bối cảnh).', {}],
    ['Hơn 1.000 đội.', { comparison: 'số ước hơn; số chung của tỉnh' }],
    ['98.826 tin (số của toàn phong trào, không riêng mô hình này).', {}],
    ['Giữa 2024 xã có 52 người nghiện (mốc trước khi làm).', {}],
    ['Chuyển gửi được 50%.', { comparison: 'là mục tiêu, chưa phải kết quả' }],
  ])('CONTEXT, of unknown effect: %s', (statement, rest) => {
    const text = { statement, value: -11.9, unit: '%', indicator: 'tội phạm', ...rest }
    expect(readAttribution(text)).toBe('CONTEXT')
    expect(readEffect(text)).toBe('UNKNOWN')
  })

  it('is a measured effect only with a baseline and for an outcome', () => {
    const outcome = { statement: 'Xã có 6 vụ năm 2012, nay không còn vụ nào.', indicator: 'vụ bạo lực gia đình', value: 0, unit: 'vụ' }
    expect(readAttribution(outcome)).toBe('CONTRIBUTION')
    expect(readResult({ ...outcome, baselineValue: 6, baselinePeriod: '2012' })).toMatchObject({ attribution: 'MEASURED_EFFECT', effect: 'POSITIVE' })
    expect(readResult({ ...outcome, value: 8, baselineValue: 6, baselinePeriod: '2012' })).toMatchObject({ effect: 'NEGATIVE' })
    expect(readAttribution({ statement: 'Tăng từ 46 lên hơn 50 thành viên.', indicator: 'thành viên', value: 50, baselineValue: 46 })).toBe('CONTRIBUTION')
  })

  it.each<[string, string, Partial<ResultText>]>([
    ['NEGATIVE', 'Kết quả âm: hai ngày vẫn phát hiện 10 tàu.', { value: 10, unit: 'tàu' }],
    ['NEGATIVE', 'Thất bại về sau: 17 hộ bán lại tranh khách.', { value: 17 }],
    ['POSITIVE', 'Trộm cắp giảm 99%.', { value: -99, unit: '%', indicator: 'trộm cắp (thay đổi)' }],
    ['POSITIVE', 'Không còn vụ trộm nào.', { value: 0, unit: 'vụ', indicator: 'vụ trộm cắp' }],
    ['POSITIVE', 'Giúp làm rõ 41 vụ trộm.', { value: 41, unit: 'vụ', indicator: 'vụ trộm được làm rõ' }],
    ['MIXED', 'Dễ phát hiện hơn.', { comparison: 'dễ phát hiện hơn nhưng chưa hết (hỗn hợp)' }],
    ['UNKNOWN', 'Lắp 107 camera.', { value: 107, unit: 'camera', indicator: 'camera' }],
  ])('%s: %s', (effect, statement, rest) => {
    expect(readEffect({ statement, ...rest })).toBe(effect)
  })
})
