import { onTestFinished } from 'vitest'
import type { Store } from '../../src/engine/ports.ts'

/** Exchanges a method until the test is over: `make` is given the real one. */
export function patch<Target extends object, Name extends keyof Target>(
  target: Target,
  name: Name,
  make: (real: Target[Name]) => Target[Name],
): void {
  const real = target[name]
  target[name] = make(real)
  onTestFinished(() => void (target[name] = real))
}

/** Other limits, until the test is over. */
export function holds<Target extends object>(
  target: Target,
  values: { readonly [Name in keyof Target]?: unknown },
): void {
  const real = { ...target }
  Object.assign(target, values)
  onTestFinished(() => void Object.assign(target, real))
}

/** The real store with some methods exchanged. */
export function storeWith(make: (store: Store) => Partial<Store>): (store: Store) => Store {
  return (store) => {
    const exchanged = make(store)
    return new Proxy(store, {
      get: (target, name: keyof Store) => {
        if (name in exchanged) return exchanged[name]
        const value = target[name]
        return typeof value === 'function' ? (value as (...values: unknown[]) => unknown).bind(target) : value
      },
    })
  }
}
