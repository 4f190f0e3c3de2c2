/** How much one import may bring. The anchors: 10 MB and 50,000 rows are what a ministry's year fits into many times over. */
export const IMPORT_LIMITS = {
  /** Bytes of the file, decoded from base64. */
  bytes: 10 * 1024 * 1024,
  rows: 50_000,
  columns: 200,
  /** Characters of one cell; fields of a record have narrower limits of their own. */
  cell: 64 * 1024,
  /** Nested brackets of JSON. A whole document of ours has 7. */
  depth: 10,
  /** Bytes that a workbook may unpack to. XML of a table packs to a tenth; a bomb to a thousandth. */
  unpackedBytes: 64 * 1024 * 1024,
} as const
export type ImportLimits = { [K in keyof typeof IMPORT_LIMITS]: number }
