import { createRequire } from 'node:module'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  // graphql 16 ships two copies of itself; libraries get the one that Node gives them, so our own files must as well.
  resolve: { alias: [{ find: /^graphql$/, replacement: createRequire(import.meta.url).resolve('graphql') }] },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    // A process runs many files one after the other: schema, libraries and the embedded Postgres are loaded and compiled once in it, as in a server.
    isolate: false,
    // An embedded database takes 300 to 800 MB.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
