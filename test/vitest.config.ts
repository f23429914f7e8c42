import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { Order } from './support/order.ts'

// Services and commands run as processes, hundreds of them: what each compiles is kept for the next. Also those that
// Vitest starts take it from here.
process.env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, '..', 'node_modules', '.cache', 'compiled')

/** They put something in a module's place, which must not be loaded yet. */
const REPLACING = ['test/crash/repair.test.ts']

/** What all attacks at once leave of memory is measured where nothing else holds the service up. */
const ALONE = ['test/hostile/close.test.ts']

/** Run from the repository's root: `npm test`, or `vitest --config test/vitest.config.ts`. */
export default defineConfig({
  test: {
    pool: 'forks',
    // Only what hangs takes so long: on a quiet machine everything comes at once.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    teardownTimeout: 10_000,
    expect: { poll: { timeout: 60_000 } },
    restoreMocks: true,
    setupFiles: ['./test/support/leaks.ts'],
    reporters: ['default', './test/support/closing-line.ts'],
    sequence: { sequencer: Order },
    // One more than there are processors: much of it is waiting.
    maxWorkers: availableParallelism() + 1,
    projects: [
      {
        extends: true,
        test: {
          name: 'tests',
          include: ['test/**/*.test.ts'],
          exclude: ['test/budgets/**', ...REPLACING, ...ALONE, '**/node_modules/**'],
          // What a worker has loaded and compiled serves its next file too.
          isolate: false,
        },
      },
      { extends: true, test: { name: 'replacing', include: REPLACING } },
      { extends: true, test: { name: 'alone', include: ALONE, maxWorkers: 1, sequence: { groupOrder: 1 } } },
    ],
  },
})
