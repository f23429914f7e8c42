import { expect, test } from 'vitest'
import { OrderedIds } from '../../src/engine/ordered-ids.ts'
import { uuid } from '../../src/domain/schema.ts'

test('each id is a UUIDv7 above the one before, however many there are in a millisecond', () => {
  const ids = new OrderedIds()
  const made = Array.from({ length: 20_000 }, () => ids.next())
  expect(made.toSorted()).toEqual(made)
  expect(new Set(made).size).toBe(made.length)
  for (const id of made.slice(0, 500)) expect(uuid.safeParse(id).success).toBe(true)
})
