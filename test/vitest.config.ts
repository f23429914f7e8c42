import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

// Services and commands run as processes, hundreds of them: what each compiles is kept for the next. Also those that
// Vitest starts take it from here.
process.env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, '..', 'node_modules', '.cache', 'compiled')

/** How long bidders and pages wait is measured by these. */
const MEASURED = ['test/browser/budgets.test.ts', 'test/hostile/**/*.test.ts']

/** Run from the repository's root: `npm test`, or `vitest --config test/vitest.config.ts`. */
export default defineConfig({
  test: {
    pool: 'forks',
    // A process runs one file after the other: to load the service anew for each would be a quarter of the work.
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
    setupFiles: ['./test/support/leaks.ts'],
    reporters: ['default', './test/support/closing-line.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'together',
          include: ['test/**/*.test.ts'],
          exclude: [...MEASURED, '**/node_modules/**'],
          // Two also where there are two cores: much of it is waiting.
          maxWorkers: Math.max(2, availableParallelism() - 1),
        },
      },
      {
        extends: true,
        // Last, by themselves.
        test: {
          name: 'alone',
          include: MEASURED,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
          testTimeout: 60_000,
        },
      },
    ],
  },
})
