/** How well a run answers judged queries: nDCG@10 (gain 2^grade - 1), MRR@10 of the first grade 3, success@1, recall@20 of grades ≥ 2. */
export interface JudgedQuery { id: string; q: string; class: string; note?: string; /** Slug → 1 (loosely about it) to 3 (what was meant). */ grades: Record<string, number> }
export interface Scores { n: number; ndcg: number; mrr: number; success: number; recall: number }
/** Query id → slugs, best first. */
export type Run = ReadonlyMap<string, readonly string[]>

const gain = (grade: number): number => 2 ** grade - 1
const dcg = (grades: readonly number[]): number => grades.reduce((sum, grade, i) => sum + gain(grade) / Math.log2(i + 2), 0)

/** Scores of one query. */
export function scoreQuery({ grades }: JudgedQuery, hits: readonly string[]): Omit<Scores, 'n'> {
  const graded = hits.slice(0, 10).map((slug) => grades[slug] ?? 0)
  const ideal = Object.values(grades).sort((a, b) => b - a).slice(0, 10)
  const first = graded.indexOf(3)
  const wanted = Object.keys(grades).filter((slug) => grades[slug]! >= 2)
  const top20 = new Set(hits.slice(0, 20))
  return {
    ndcg: dcg(graded) / dcg(ideal),
    mrr: first < 0 ? 0 : 1 / (first + 1),
    success: graded[0] === 3 ? 1 : 0,
    recall: wanted.filter((slug) => top20.has(slug)).length / (wanted.length || 1),
  }
}

/** Means per class, and of all under `ALL`, which comes last. */
export function scoreRun(queries: readonly JudgedQuery[], run: Run): Map<string, Scores> {
  const rows = new Map<string, Omit<Scores, 'n'>[]>()
  for (const query of queries) {
    const hits = run.get(query.id)
    if (!hits) throw new Error(`the run has no answer for ${query.id}`)
    const score = scoreQuery(query, hits)
    for (const name of [query.class, 'ALL']) rows.set(name, [...(rows.get(name) ?? []), score])
  }
  const mean = (scores: Omit<Scores, 'n'>[], field: keyof Omit<Scores, 'n'>): number => scores.reduce((sum, score) => sum + score[field], 0) / scores.length
  return new Map([...rows].sort(([a], [b]) => Number(a === 'ALL') - Number(b === 'ALL') || a.localeCompare(b))
    .map(([name, scores]) => [name, { n: scores.length, ndcg: mean(scores, 'ndcg'), mrr: mean(scores, 'mrr'), success: mean(scores, 'success'), recall: mean(scores, 'recall') }]))
}
