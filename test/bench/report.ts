/** The table that `npm run bench` prints. */
import type { Measurement, PeerFigures, PeerName } from './measure.ts'
import type { Spread } from './statistics.ts'

const PEERS: readonly [PeerName, string][] = [
  ['ours', 'ours'],
  ['floor', 'floor (same SQL → JSON → node:http)'],
  ['apollo', 'Apollo standalone + DataLoader'],
]

const number = (value: number | null, digits: number): string => (value === null || Number.isNaN(value) ? '–' : value.toFixed(digits))
const range = ({ median, min, max }: Spread): string => `${median.toFixed(2)} (${min.toFixed(2)}–${max.toFixed(2)})`

const COLUMNS: readonly [string, (figures: PeerFigures) => string][] = [
  ['req/s', ({ requestsPerSecond }) => number(requestsPerSecond.median, 0)],
  ['range', ({ requestsPerSecond }) => `${number(requestsPerSecond.min, 0)}–${number(requestsPerSecond.max, 0)}`],
  ['p50 ms', ({ p50 }) => number(p50, 2)],
  ['p99 ms', ({ p99 }) => number(p99, 2)],
  ['CPU s/1k', ({ serverCpu }) => number(serverCpu, 2)],
  ['PG CPU s/1k', ({ postgresCpu }) => number(postgresCpu, 2)],
  ['RSS MB', ({ rssMegabytes }) => number(rssMegabytes, 0)],
  ['SQL/req', ({ statementsPerRequest }) => number(statementsPerRequest, 2)],
  ['body kB', ({ medianBytes }) => number(medianBytes / 1000, 1)],
]

/** One workload at one number of connections. */
export const formatMeasurement = (measurement: Measurement): string => {
  const { workload, title, connections, rounds, seconds, variableSets, peers, ratios, targets } = measurement
  const rows = [['', ...COLUMNS.map(([head]) => head)], ...PEERS.map(([name, label]) => [label, ...COLUMNS.map(([, cell]) => cell(peers[name]))])]
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  const table = rows.map((row) => row.map((cell, column) => (column ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!))).join('  '))
  const verdict = (ratio: Spread, target: number): string => `${range(ratio)}, target ≥ ${target.toFixed(2)}: ${ratio.median >= target ? 'met' : 'not met'}`
  return [
    `${workload}  ${title}`,
    `    ${connections} connection${connections === 1 ? '' : 's'}, ${rounds} rounds of ${seconds} s, ${variableSets} sets of variables`,
    ...table.map((line) => `  ${line}`),
    `  req/s ours ÷ floor   ${verdict(ratios.overFloor, targets.overFloor)}`,
    `  req/s ours ÷ Apollo  ${verdict(ratios.overApollo, targets.overApollo)}`,
    ...(ratios.cpuOverFloor === null ? [] : [`  CPU   ours ÷ floor   ${ratios.cpuOverFloor.toFixed(2)}`]),
  ].join('\n')
}
