/**
 * Flags of Node for processes that tests run in or start: a test is soon over, so most of what V8's optimising compilers make of it and of the
 * embedded Postgres is never run. Later is a third less of the processor's time, as for the program itself (server/program/run.mjs).
 * The V8 of Node 20; other flags were not tried.
 */
export const OPTIMISE_LATER = process.versions.v8.startsWith('11.') ? ['--interrupt-budget=500000', '--wasm-tiering-budget=20000000'] : []
