import { expect, test } from 'vitest'
import { toWire } from '../../src/domain/instant.ts'
import { newAuction } from '../../src/domain/schema.ts'
import { DAY, END, HOUR, MINUTE, T0, after, given, update, when } from './support.ts'

const pause = (at: number) => ({ type: 'pause', reason: 'a question', at }) as const

const takes = (fields: object) =>
  newAuction.safeParse({ title: 'A chair', currency: 'EUR', terms: { startPrice: 1 }, durationSeconds: 5, ...fields })
    .success

test('a paused auction whose end has passed takes an addition to its description', () => {
  const paused = when(after(given(), 'A 50'), pause(END - 1))
  expect(when(paused, update({ description: 'Four legs. More.' }, END + 5)).rejection).toBeNull()
})

test('an image has a plain https address, or the path of an uploaded picture', () => {
  const name = '0123456789abcdef'.repeat(4)
  const bad = [
    'https://x.example/\ud800',
    'https://exa\nmple.com/',
    'https://x.example/\u0000',
    'https://x.example/\u202eabc',
    ' https://x.example/ ',
    'https:foo',
    'http://x.example/a.jpg',
    'javascript:alert(1)',
    'https://user:password@x.example/a.jpg',
    'https://x.example/"><script>',
    `/images/${name}.WEBP`,
    `/images/${name.toUpperCase()}.webp`,
    `/images/${name}-640.webp`,
    `/images/${name}0.webp`,
    `/images/${name}.webp?x`,
    `/images/${name}.webp\n`,
    `images/${name}.webp`,
    `//images/${name}.webp`,
    '/images/../secrets.webp',
  ]
  expect(bad.filter((image) => takes({ images: [image] }))).toEqual([])
  expect(takes({ images: ['https://x.example:8443/a%20b.jpg?size=1&c=[2]#@d'] })).toBe(true)
  expect(takes({ images: [`/images/${name}.webp`] })).toBe(true)
})

test('[SC-5] what was to open during an outage opens first, then its end moves', () => {
  const scheduled = given({ fields: { opensAt: toWire(END - MINUTE) } })
  const run = when(scheduled, { type: 'outage', since: END - HOUR / 2, at: END + HOUR / 2 })
  expect(run.events.map(({ type }) => type)).toEqual(['auction.opened', 'closing.extended'])
  expect(run.auction).toMatchObject({ stage: { status: 'open' }, closesAt: END + HOUR })
})

test('an end that is set during a pause is the end', () => {
  const resume = { type: 'resume', closesAt: null, at: T0 + HOUR } as const
  const run = when(given(), pause(T0 + MINUTE), update({ closesAt: toWire(T0 + DAY) }, T0 + 2 * MINUTE), resume)
  expect(run.auction.closesAt).toBe(T0 + DAY)
})

test('a length counts from the opening, wherever the opening went', () => {
  const fields = { durationSeconds: 60, opensAt: toWire(T0 + HOUR) }
  const draft = given({ fields: { ...fields, status: 'draft' } })
  expect(when(draft, { type: 'open', at: T0 + DAY }).auction.closesAt).toBe(T0 + DAY + MINUTE)
  const postponed = when(given({ fields }), update({ opensAt: toWire(T0 + 2 * HOUR) }))
  expect(postponed.auction.closesAt).toBe(T0 + 2 * HOUR + MINUTE)
})

test('a time that RFC 3339 could not write back is refused', () => {
  const wrong = [
    '0000-01-01T00:00:00+23:00',
    '9999-12-31T23:59:59-23:59',
    '1969-12-31T23:59:59Z',
    '2026-11-20T10:00:00',
  ]
  expect(wrong.filter((opensAt) => takes({ status: 'draft', opensAt }))).toEqual([])
})

test('a title can be seen', () => {
  expect(['\u200b', ' ', '', '\u2060\u2060'].filter((title) => takes({ title }))).toEqual([])
})
