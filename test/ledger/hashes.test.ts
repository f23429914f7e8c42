import canonicalize from 'canonicalize'
import fc from 'fast-check'
import { createHash, createHmac, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { canonical, isCanonical } from '../../src/ledger/canonical.ts'
import { hashOf } from '../../src/ledger/chain.ts'
import { hmac } from '../../src/ledger/commitment.ts'
import { assertHolds } from '../properties/support.ts'

test('HMAC-SHA-256 is what Node makes of the same key and text', () => {
  const texts = fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.nat({ max: 64 }), (text, length) => {
    const key = randomBytes(length)
    expect(hmac(key, text)).toBe(createHmac('sha256', key).update(text).digest('hex'))
  })
  assertHolds(texts, 300)
})

test('a hash is of its domain and its line, in UTF-8', () => {
  const line = '{"title":"Ñandú – 锤"}'
  const expected = createHash('sha256').update('martillo public entry v2\n').update(line, 'utf8').digest('hex')
  expect(hashOf(line)).toBe(expected)
  expect(hashOf(line, 'private')).not.toBe(expected)
})

test('fields come in the order of their names, whatever came before', () => {
  expect(canonical({ b: 'x', a: 'y' })).toBe('{"a":"y","b":"x"}')
  expect(canonical({ a: 'y', b: 'x' })).toBe('{"a":"y","b":"x"}')
  expect(canonical({ 'b,a': 'z' })).toBe('{"b,a":"z"}')
  expect(canonical({ 'c,d': 'x', b: 'y', 'a,b': 'z' })).toBe('{"a,b":"z","b":"y","c,d":"x"}')
  expect(canonical({ b: 'x', a: undefined })).toBe('{"b":"x"}')
})

test('canonical text is what the library makes of the same strings (RFC 8785)', () => {
  const text = fc.string({ unit: 'grapheme' }).map((one) => one.normalize('NFC'))
  const name = text.filter((key) => key !== '__proto__')
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof({ maxDepth: 4 }, text, fc.boolean(), fc.constant(null), fc.array(tie('tree')), tie('node')),
    node: fc.dictionary(name, tie('tree')),
  }))
  const same = fc.property(tree, (value) => {
    const written = canonical({ value })
    expect(written).toBe(canonicalize({ value }))
    expect(isCanonical(written)).toBe(true)
  })
  assertHolds(same, 500)
})
