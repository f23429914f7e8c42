import { defineConfig } from 'vitest/config'

/** How long readers of the pages wait, by `npm run budgets` on a machine that does nothing else: one after the other. */
export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
    setupFiles: ['./test/support/leaks.ts'],
    reporters: ['default', './test/support/closing-line.ts'],
    include: ['test/budgets/**/*.test.ts'],
  },
})
