import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

// Services and commands run as processes, hundreds of them: what each compiles is kept for the next. Also those that
// Vitest starts take it from here.
process.env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, '..', 'node_modules', '.cache', 'compiled')

/** Run from the repository's root: `npm test`, or `vitest --config test/vitest.config.ts`. */
export default defineConfig({
  test: {
    pool: 'forks',
    // What a worker has loaded and compiled serves its next file too: no test replaces a module.
    isolate: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    teardownTimeout: 10_000,
    // What is waited for comes at once on a quiet machine: the limit is for what hangs.
    expect: { poll: { timeout: 30_000 } },
    setupFiles: ['./test/support/leaks.ts'],
    reporters: ['default', './test/support/closing-line.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['test/browser/**', 'test/budgets/**', 'test/hostile/**', '**/node_modules/**'],
          // Two also where there are two cores: much of it is waiting.
          maxWorkers: Math.max(2, availableParallelism() - 1),
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        // Last and alone: how long bidders wait is measured.
        test: {
          name: 'alone',
          include: ['test/hostile/**/*.test.ts'],
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
          testTimeout: 60_000,
        },
      },
    ],
  },
})
