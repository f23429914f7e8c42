import { defineConfig } from 'vitest/config'

/** The long form, by `npm run test:nodes`: one after the other, some 40 minutes. */
export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 1,
    fileParallelism: false,
    testTimeout: 3_600_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
    expect: { poll: { timeout: 60_000 } },
    setupFiles: ['./test/support/leaks.ts'],
    reporters: ['default', './test/support/closing-line.ts'],
    include: ['test/nodes/**/*.test.ts'],
    env: { NODES_FORM: 'long' },
  },
})
