import type { Appended, Change, Store } from '../../src/engine/ports.ts'

/** The real store with a hand on its append: what a sick disk or a faster process would do, done on purpose. */
export class FaultyStore {
  /** Batches that were appended, by their number of changes and bids. */
  readonly batches: { changes: number; bids: number }[] = []
  #next: ((changes: readonly Change[], append: () => Promise<Appended>) => Promise<Appended>) | null = null
  #recoveries = 0

  readonly wrap = (store: Store): Store =>
    new Proxy(store, {
      get: (target, name: keyof Store) => {
        if (name === 'append') return (changes: readonly Change[]) => this.#append(target, changes)
        if (name === 'recover') return () => this.#recover(target)
        const value = target[name]
        return typeof value === 'function' ? (value as (...values: unknown[]) => unknown).bind(target) : value
      },
    })

  /** The next append is done by this instead. */
  intercept(how: (changes: readonly Change[], append: () => Promise<Appended>) => Promise<Appended>): void {
    this.#next = how
  }

  /** The next append waits until the returned function is called. */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.intercept(async (_, append) => {
      await promise
      return append()
    })
    return resolve
  }

  failRecoveries(times: number): void {
    this.#recoveries = times
  }

  #append(store: Store, changes: readonly Change[]): Promise<Appended> {
    const how = this.#next
    this.#next = null
    this.batches.push({ changes: changes.length, bids: changes.reduce((sum, change) => sum + change.bids.length, 0) })
    return how === null ? store.append(changes) : how(changes, () => store.append(changes))
  }

  #recover(store: Store): Promise<void> {
    if (this.#recoveries === 0) return store.recover()
    this.#recoveries -= 1
    return Promise.reject(new Error('the disk is still sick'))
  }
}
