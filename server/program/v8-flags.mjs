// @ts-check
/**
 * Flags of V8 for a program that has to start soon, or is soon over. On two cores the optimising compiler and the collector take 4 s of
 * processor time from a first start, for code that runs a few times: with code being optimised 15 and 55 times later, they take 2 s, and the
 * start is a seventh shorter. What keeps running is optimised all the same: the 60th search takes as long as without. The V8 of Node 20; the
 * flags of others were not tried.
 */
export const OPTIMISE_LATER = process.versions.v8.startsWith('11.') ? ['--interrupt-budget=2000000', '--wasm-tiering-budget=100000000'] : []
