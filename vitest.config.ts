import { createRequire } from 'node:module'
import { defineConfig } from 'vitest/config'

/**
 * A test file is a short-lived process: most of what V8's optimising compilers make of it, and of the embedded Postgres, is never run. Later
 * is a third less of the processor's time, as for the program itself (server/program/run.mjs). The V8 of Node 20; other flags were not tried.
 */
const OPTIMISE_LATER = process.versions.v8.startsWith('11.') ? ['--interrupt-budget=500000', '--wasm-tiering-budget=20000000'] : []

export default defineConfig({
  // graphql 16 ships two copies of itself; libraries get the one that Node gives them, so our own files must as well.
  resolve: { alias: [{ find: /^graphql$/, replacement: createRequire(import.meta.url).resolve('graphql') }] },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    execArgv: OPTIMISE_LATER,
    // One process after the other runs many files: the schema, the compiled Postgres and all libraries are loaded once, as in a server, not 97 times.
    isolate: false,
    // An embedded database takes 300 to 800 MB.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
