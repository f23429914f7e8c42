import { expect, test } from 'vitest'
import { newAuction } from '../../src/domain/schema.ts'
import type { Problem } from '../../src/sdk/index.ts'
import { wrongFields } from '../../web/shared/wrong-fields.ts'

const names = { description: 'Description', title: 'Title', startPrice: 'Starting price' }

test('a form that is refused for a character says which, and where', () => {
  const { error } = newAuction.safeParse({
    title: 'A chair',
    description: 'call \u001b600',
    currency: 'EUR',
    terms: { startPrice: 0 },
    durationSeconds: 60,
  })
  const errors = error!.issues.map(({ path, message }) => ({ path: path.join('.'), message }))
  expect(wrongFields({ code: 'invalid_request', errors } as unknown as Problem, names)).toBe(
    'Description (U+001B, 6), Starting price',
  )
  expect(wrongFields(null, names)).toBe('')
})
