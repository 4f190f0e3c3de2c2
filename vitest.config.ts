import { createRequire } from 'node:module'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  // graphql 16 ships two copies of itself; libraries get the one that Node gives them, so our own files must as well.
  resolve: { alias: [{ find: /^graphql$/, replacement: createRequire(import.meta.url).resolve('graphql') }] },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    // One process after the other runs many files: the schema, the compiled Postgres and all libraries are loaded once, as in a server, not 97 times.
    isolate: false,
    // An embedded database takes 300 to 800 MB.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
