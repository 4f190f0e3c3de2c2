/** `npm run soak`: the long runs, of which `npm test` takes samples. One after the other: they kill processes and measure time. */
import { defineConfig } from 'vitest/config'
import base from './vitest.config.ts'

export default defineConfig({ ...base, test: { ...base.test, isolate: true, include: ['test/soak/*.soak.ts'], testTimeout: 3_600_000, hookTimeout: 600_000, maxWorkers: 1, fileParallelism: false } })
