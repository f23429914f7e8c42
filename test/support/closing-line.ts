import { writeSync } from 'node:fs'
import type { Reporter, TestModule, TestSuite, Vitest } from 'vitest/node'

/**
 * Ends a run with the plain line `N passed, N failed`, and fails a run that skipped a test or found none.
 * Tests that `-t` leaves out on purpose are not counted as skipped.
 */
export default class ClosingLine implements Reporter {
  #passed = 0
  #failed = 0
  #skipped = 0
  #filtered = false

  onInit(vitest: Vitest): void {
    this.#filtered = vitest.config.testNamePattern !== undefined
    // At exit, because Vitest still prints after its last hook.
    process.once('exit', (code) => {
      this.#close(code)
    })
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    this.#passed = 0
    this.#skipped = 0
    this.#failed = unhandled.length
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        if (state === 'passed') this.#passed += 1
        else if (state === 'failed') this.#failed += 1
        else this.#skipped += 1
      }
      const groups: (TestModule | TestSuite)[] = [module, ...module.children.allSuites()]
      this.#failed += groups.filter((group) => group.errors().length > 0).length
    }
    if (this.#filtered) this.#skipped = 0
  }

  #close(code: number): void {
    const sound = this.#passed > 0 && this.#failed === 0 && this.#skipped === 0
    if (!sound && code === 0) process.exitCode = 1
    const skipped = this.#skipped > 0 ? `, ${this.#skipped} skipped` : ''
    writeSync(1, `${this.#passed} passed, ${this.#failed} failed${skipped}\n`)
  }
}
