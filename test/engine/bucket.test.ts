import { expect, test } from 'vitest'
import { limits } from '../../src/config/limits.ts'
import { networksOf } from '../../src/engine/network.ts'
import { Bucket, Buckets } from '../../src/engine/bucket.ts'

const rate = { perSecond: 2, burst: 10 }

test('a bucket gives its burst, says how long to wait, and fills again by the second, never above its burst', () => {
  const bucket = new Bucket(rate)
  for (let i = 0; i < 10; i += 1) expect(bucket.take(1_000)).toBe(0)
  expect(bucket.take(1_000)).toBe(500)
  expect(bucket.take(1_500)).toBe(0)
  expect(bucket.take(1_500)).toBe(500)
  for (let i = 0; i < 10; i += 1) expect(bucket.take(1_000_000)).toBe(0)
  expect(bucket.take(1_000_000)).toBe(500)
})

test('what costs more takes more; what costs more than a bucket ever holds wants it full', () => {
  const bucket = new Bucket(rate)
  expect(bucket.take(1_000, 8)).toBe(0)
  expect(bucket.take(1_000, 3)).toBe(500)
  expect(bucket.take(1_000, 2)).toBe(0)
  expect(bucket.take(1_000, 1_000)).toBe(5_000)
  expect(bucket.take(6_000, 1_000)).toBe(0)
})

test('what turned out to cost more is made up for before anything is given, and a debt has an end', () => {
  const bucket = new Bucket(rate)
  bucket.wait(1_000)
  bucket.charge(12)
  expect(bucket.take(1_000)).toBe(1_500)
  bucket.charge(1_000_000)
  expect(bucket.take(1_000)).toBe(5_500)
  // Given back is no more than was taken.
  bucket.charge(-1_000_000)
  for (let i = 0; i < 10; i += 1) expect(bucket.take(1_000)).toBe(0)
  expect(bucket.take(1_000)).toBe(500)
})

test('a clock that goes back gives and takes nothing', () => {
  const bucket = new Bucket(rate)
  for (let i = 0; i < 10; i += 1) bucket.take(5_000)
  expect(bucket.take(4_000)).toBe(500)
})

test('addresses of one /64 share a budget, those of one /48 a wider one, and a refusal takes out of neither', () => {
  const buckets = new Buckets(rate)
  const from = (address: string) => buckets.take(1_000, networksOf(address))
  for (let i = 0; i < 10; i += 1) expect(from(`2001:db8:1:1::${i}`)).toBe(0)
  for (let i = 0; i < 1_000; i += 1) expect(from(`2001:db8:1:1::${i}`)).toBeGreaterThan(0)
  let others = 0
  for (let net = 2; net < 100; net += 1)
    for (let i = 0; i < 10; i += 1) others += from(`2001:db8:1:${net}::${i}`) === 0 ? 1 : 0
  expect(others).toBe(10 * (limits.wideNetworkTimes - 1))
  expect(from('2001:db8:2:1::1')).toBe(0)
  expect(from('192.0.2.1')).toBe(0)
})

test.each([
  ['192.0.2.1', ['192.0.2.1']],
  ['::ffff:192.0.2.1', ['192.0.2.1']],
  ['::ffff:c000:201', ['192.0.2.1']],
  ['192.0.2.1:4711', ['192.0.2.1']],
  ['2001:db8:a:b:c:d:e:f', ['2001:db8:a:b::/64', '2001:db8:a::/48']],
  ['2001:DB8:A:B::', ['2001:db8:a:b::/64', '2001:db8:a::/48']],
  ['[2001:db8:a:b::1]:443', ['2001:db8:a:b::/64', '2001:db8:a::/48']],
  ['fe80::1%eth0', ['fe80:0:0:0::/64', 'fe80:0:0::/48']],
  ['::1', ['0:0:0:0::/64', '0:0:0::/48']],
  ['', ['unknown']],
  ['1', ['unknown']],
  ['unknown', ['unknown']],
  ['_hidden:1234', ['unknown']],
  ['x'.repeat(10_000), ['unknown']],
])('%.40s counts as %s', (address, names) => {
  expect(networksOf(address).map(({ name }) => name)).toEqual(names)
})
