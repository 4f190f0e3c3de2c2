/**
 * Flags of Node for programs that tests start from their source: one is soon over, so most of what V8's optimising compilers make of it and of the
 * embedded Postgres is never run; server/program/run.mjs sets the same. The V8 of Node 20; other flags were not tried. Processes that run test
 * files live long enough to be the better for it.
 */
export const OPTIMISE_LATER = process.versions.v8.startsWith('11.') ? ['--interrupt-budget=500000', '--wasm-tiering-budget=20000000'] : []
