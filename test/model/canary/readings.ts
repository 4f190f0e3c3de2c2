/** Every way in which something is read, by anybody and by an officer. */

export const BRIEF = 'id name summary aliases { name }'
export const WHOLE = `${BRIEF} revision editorialState problem howItWorks topics { key } origin { placeAsWritten initiator } evidence { reasons } results(first: 50) { totalCount nodes { statement creditedTo { id name } citations { source { title publisher } } } }
  replications(first: 20) { nodes { placeAsWritten statusReason } } points(first: 20) { nodes { name } } costs { text } setbacks { text } sources(first: 50) { totalCount nodes { title } } citations(first: 50) { nodes { source { title } } }`
const EVERYBODY: Record<string, string> = {
  node: `node(id: $id) { ... on Model { ${WHOLE} } }`,
  nodes: `nodes(ids: $ids) { ... on Model { ${WHOLE} } }`,
  draft: 'nodes(ids: $ids) { ... on Model { draft { id name summary } } }',
  relations: `nodes(ids: $ids) { ... on Model { relations { note model { ${BRIEF} } } } }`,
  similar: `nodes(ids: $ids) { ... on Model { similar(first: 20) { reasons model { ${BRIEF} } } } }`,
  history: 'nodes(ids: $ids) { ... on Model { history(first: 100) { totalCount nodes { number reason diff { before after } } } } }',
  workflowSteps: 'nodes(ids: $ids) { ... on Model { workflowSteps(first: 100) { totalCount nodes { reason actor mergedWith mergeId } } } }',
  duplicates: `nodes(ids: $ids) { ... on Model { duplicateCandidates(first: 20) { reasons model { ${BRIEF} } } distinctions { reason } } }`,
  privacy: 'nodes(ids: $ids) { ... on Model { privacyFindings { text } } }',
  parts: 'nodes(ids: $parts) { ... on Result { statement creditedTo { id name } citations { source { title } } } ... on Replication { placeAsWritten statusReason } ... on Point { name } }',
  sources: 'nodes(ids: $sources) { ... on Source { title publisher } }',
  slug: `model(slug: $slug) { ${WHOLE} }`,
  asOf: `model(slug: $slug, asOf: $at) { ${WHOLE} history(first: 50) { nodes { reason diff { before after } } } relations { note model { ${BRIEF} } } }`,
  models: `models(first: 50, orderBy: { field: UPDATED_AT, direction: DESC }) { nodes { ${BRIEF} } }`,
  totalCount: 'models { totalCount }',
  filter: 'models(filter: { topicIn: [$topic] }) { totalCount }',
  search: `searchModels(query: $text, first: 20) { totalCount nodes { ${BRIEF} } }`,
  highlights: 'searchModels(query: $text, first: 20) { edges { whyMatched highlights { fragments { text } } } }',
  facets: 'searchModels(query: "") { totalCount facets { topics { count term { key } } } }',
  spelling: 'searchModels(query: $typo) { correctedQuery understood { text meaning } relaxations { totalCount drop } }',
  suggestions: 'suggestions(query: $text) { text }',
  prefix: 'suggestions(query: $prefix) { text }',
}
const OFFICERS: Record<string, string> = {
  reviewQueue: 'reviewQueue(first: 50) { totalCount nodes { name slug } }',
  dueReviews: 'dueReviews(first: 50) { nodes { id name summary } }',
  unsourcedFacts: 'unsourcedFacts(first: 50) { nodes { text model { name } } }',
  unresolvedPlaces: 'unresolvedPlaces(first: 50) { nodes { text placeAsWritten model { name } } }',
  reportedIssues: 'reportedIssues(first: 50) { nodes { name text } }',
  candidates: `node(id: $own) { ... on Model { duplicateCandidates(first: 20) { reasons model { ${BRIEF} } } } }`,
}
/** Every way in which something is read, by name. */
export const PATHS = [...Object.keys(EVERYBODY), ...Object.keys(OFFICERS), 'export', 'exportOfDrafts', 'refusals'] as const
const documentOf = (paths: Record<string, string>): string => `query ($id: ID!, $ids: [ID!]!, $parts: [ID!]!, $sources: [ID!]!, $slug: String!, $at: DateTime!, $text: String!, $typo: String!, $prefix: String!, $topic: String!, $own: ID!) {
  ${Object.entries(paths).map(([name, field]) => `${name}: ${field}`).join('\n')} own: node(id: $own) { id } }`
export const ANYBODY_ASKS = documentOf(EVERYBODY)
export const OFFICER_ASKS = documentOf({ ...EVERYBODY, ...OFFICERS })
