import { defineConfig } from 'vitest/config'

/** The long form, by `npm run test:fuzz`. */
export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 1,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
    setupFiles: ['./test/support/leaks.ts'],
    reporters: ['default', './test/support/closing-line.ts'],
    include: ['test/fuzz/**/*.test.ts'],
    env: { FUZZ_FORM: 'long' },
  },
})
