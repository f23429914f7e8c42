import { expect, test } from 'vitest'
import { lru } from '../../src/engine/lru.ts'

test('the entries used last are kept, at most so many', () => {
  const kept = lru<number>(3)
  for (const [at, name] of ['a', 'b', 'c'].entries()) kept.set(name, at)
  kept.get('a')
  kept.set('d', 3)
  expect([...kept.keys()].toSorted()).toEqual(['a', 'c', 'd'])
})

test('an empty one takes no memory for what it may hold', () => {
  const before = process.memoryUsage().heapUsed
  const kept = Array.from({ length: 100 }, () => lru<number>(50_000))
  expect((process.memoryUsage().heapUsed - before) / kept.length).toBeLessThan(50_000)
})
