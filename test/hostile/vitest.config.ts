import { defineConfig } from 'vitest/config'

/** The long form, by `npm run test:hostile`: one after the other, since waits are measured. */
export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 300_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
    setupFiles: ['./test/support/leaks.ts'],
    reporters: ['default', './test/support/closing-line.ts'],
    include: ['test/hostile/**/*.test.ts'],
    env: { HOSTILE_FORM: 'long' },
  },
})
