// @ts-check
/**
 * Flags of V8 for a program that has to start soon, or is soon over. On two cores the optimising compiler takes 4.6 s of processor time from a
 * first start, for code that runs a few times: later, it is 2 s, and a start 8 % shorter. What keeps running is optimised all the same. The V8
 * of Node 20; the flags of others were not tried.
 */
export const OPTIMISE_LATER = process.versions.v8.startsWith('11.') ? ['--interrupt-budget=500000', '--wasm-tiering-budget=20000000'] : []
