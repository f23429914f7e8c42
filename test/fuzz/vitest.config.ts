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
    testTimeout: 3_600_000,
    // With them what else draws its cases, of which `npm test` tries some.
    include: [
      'test/fuzz/**/*.test.ts',
      'test/history/simulation.test.ts',
      'test/ledger/{replay,void-runs}.test.ts',
      'test/race/first-bid.test.ts',
    ],
    env: { FUZZ_FORM: 'long', RUNS: '2000', SEEDS: '1000' },
  },
})
