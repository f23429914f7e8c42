import { expect, test } from 'vitest'
import { PersonQueue } from '../../src/engine/person-queue.ts'

test('persons come in turn, each one’s own in order, and a failure is only its own', async () => {
  const queue = new PersonQueue(1)
  const order: string[] = []
  const work = (name: string) => async () => {
    await Promise.resolve()
    order.push(name)
    if (name === 'a2') throw new Error(name)
    return name
  }
  const asked = ['a1', 'a2', 'a3', 'b1', 'b2', 'c1'].map((name) => queue.run(name[0]!, work(name)))
  expect(queue.size).toBe(5)
  const results = await Promise.allSettled(asked)
  expect(order).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2'])
  expect(results.map(({ status }) => status)).toEqual(order.map((_, i) => (i === 1 ? 'rejected' : 'fulfilled')))
  expect(queue.size).toBe(0)
})
