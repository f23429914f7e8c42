import { defineConfig } from 'vitest/config'
import { isRoot } from './kit/form.ts'

/** The long form, by `npm run test:crash`: one after the other, since what is measured must not wait for its neighbours. */
export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 600_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
    setupFiles: ['./test/support/leaks.ts'],
    reporters: ['default', './test/support/closing-line.ts'],
    include: [`test/crash/**/*.{test,long${isRoot ? ',root' : ''}}.ts`],
    env: { CRASH_FORM: 'long' },
  },
})
