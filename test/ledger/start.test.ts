import { expect, test } from 'vitest'
import { toWire } from '../../src/domain/instant.ts'
import { canonical, readCanonical } from '../../src/ledger/canonical.ts'
import { T0 } from '../domain/support.ts'
import { creation, run } from '../properties/support.ts'
import { type Change, type Line, fileOf, forged, verify } from './support.ts'

/** A house that begins, or changes, an auction as nobody could have asked it to. */

const SECOND = 1_000
const OPENS = T0 + 5 * SECOND
const END = T0 + 600 * SECOND
const softClose = { windowSeconds: 60, extensionSeconds: 60, maxExtensions: 5 }
const terms = { startPrice: 1_000, increments: 100, softClose, buyNowPrice: 9_000 }
const file = fileOf(
  run([
    creation(terms, { opensAt: toWire(OPENS) }),
    { type: 'update', changes: { title: 'A better chair' }, at: T0 + SECOND },
    { type: 'tick', at: OPENS },
    { type: 'tick', at: END + OPENS },
  ]),
)

type Data = Record<string, unknown>
const change =
  (seq: number, how: (data: Data, entry: Line) => void): Change =>
  (entries) => {
    const entry = entries[seq - 1]!
    // An update names the terms only where they change.
    if (entry.type === 'auction.updated') entry.data['terms'] ??= structuredClone(entries[0]!.data['terms'])
    how(entry.data, entry)
  }
const put = (changes: Data) => (data: Data) => void Object.assign(data, changes)
const term = (changes: Data) => (data: Data) => void Object.assign(data['terms'] as Data, changes)

/** A reason of its own, not that the rules' code tripped over it. */
const REASON =
  /^no auction can be (created|changed) like this$|^holds a field that no version of the rules writes$|^by the rules \w+ (is|must)|^is no auction\.(created|updated): \w|^the rules refuse this: \w/

test('the honest one verifies', async () => {
  expect(await verify(file)).toMatchObject({ ok: true, entries: 4, notes: [] })
})

const impossible: [string, (data: Data, entry: Line) => void][] = [
  ['an end before the opening', put({ closesAt: toWire(OPENS) })],
  ['an end of more than three years', put({ closesAt: toWire(T0 + 1_101 * 86_400 * SECOND) })],
  ['no end', put({ closesAt: null })],
  ['no opening', put({ opensAt: null })],
  ['a start price of nothing', term({ startPrice: 0 })],
  ['a start price below nothing', term({ startPrice: -5 })],
  ['no increments', term({ increments: [] })],
  ['increments that begin above 0', term({ increments: [{ from: 10, step: 100 }] })],
  [
    'increments that fall',
    term({
      increments: [
        { from: 0, step: 1 },
        { from: 50, step: 2 },
        { from: 50, step: 3 },
      ],
    }),
  ],
  ['a step of nothing', term({ increments: [{ from: 0, step: 0 }] })],
  ['a row with a field more', term({ increments: [{ from: 0, step: 100, note: 'x' }] })],
  ['a percentage above 100', term({ increments: { percent: 101, atLeast: 1 } })],
  ['a percentage with a field more', term({ increments: { percent: 5, atLeast: 1, note: 'x' } })],
  ['increments by name', term({ increments: 'standard' })],
  ['buy-now below the start price', term({ buyNowPrice: 999 })],
  ['a window of no time', term({ softClose: { ...softClose, windowSeconds: 0 } })],
  ['an extension of two days', term({ softClose: { ...softClose, extensionSeconds: 172_800 } })],
  ['a soft close with a field more', term({ softClose: { ...softClose, note: 'x' } })],
  ['a term that nobody knows', term({ note: 'x' })],
  ['the reserve told', term({ reservePrice: 5_000 })],
  ['a reserve shown below by another name', term({ belowReserve: 'half' })],
  ['a field that nobody knows', put({ note: 'x' })],
  ['a title of two lines', put({ title: 'A\nchair' })],
  ['a title with a blank before it', put({ title: ' A chair' })],
  ['no title', put({ title: '' })],
  ['a picture from nowhere', put({ images: ['javascript:alert(1)'] })],
  ['a currency that is none', put({ currency: 'XXX' })],
  ['another format', put({ format: 'dutch' })],
]

test.each(impossible)('an auction is neither created nor changed with %s', async (_, how) => {
  expect(await verify(forged(file, change(1, how)))).toMatchObject({
    ok: false,
    line: 2,
    why: expect.stringMatching(REASON),
  })
  expect(await verify(forged(file, change(2, how)))).toMatchObject({
    ok: false,
    line: 3,
    why: expect.stringMatching(REASON),
  })
})

test.each<[string, (data: Data, entry: Line) => void]>([
  ['closed', put({ status: 'closed' })],
  ['cancelled', put({ status: 'cancelled' })],
  ['open', put({ status: 'open' })],
  ['paused', put({ status: 'paused' })],
  ['of no status', put({ status: 'sold' })],
  ['with an opening that has passed', (data, entry) => put({ opensAt: toWire(Date.parse(entry.at) - 1) })(data)],
  ['with an end that has passed', (data, entry) => put({ opensAt: null, status: 'draft', closesAt: entry.at })(data)],
  ['by nobody', put({ seller: '' })],
])('an auction is not created %s', async (_, how) => {
  expect(await verify(forged(file, change(1, how)))).toMatchObject({ ok: false, line: 2 })
})

test('an auction is not changed into one that is closed, nor opened again, nor changed in nothing that anybody could change', async () => {
  for (const status of ['closed', 'open', 'cancelled'])
    expect(await verify(forged(file, change(2, put({ status }))))).toMatchObject({ ok: false, line: 3 })
  const updated = (entries: Line[], at: string, changes: Data) => ({
    ...entries[1]!,
    at,
    data: { ...entries[1]!.data, ...changes },
  })
  const opened = { status: 'open', minimumBid: 1_000 }
  for (const changes of [
    { status: 'draft', minimumBid: null },
    { ...opened, opensAt: toWire(OPENS + SECOND) },
  ]) {
    const late = forged(file, (entries) => entries.toSpliced(3, 0, updated(entries, entries[2]!.at, changes)))
    expect(await verify(late)).toMatchObject({ ok: false, line: 5 })
  }
  const fine = forged(file, (entries) => entries.toSpliced(3, 0, updated(entries, entries[2]!.at, opened)))
  expect(await verify(fine)).toMatchObject({ ok: true })
})

test('an auction opens at its time, with the end that everybody was told, and once', async () => {
  const wrong: [string, Change, number][] = [
    ['another end', change(3, put({ closesAt: toWire(END + 3_600 * SECOND) })), 4],
    ['an earlier end', change(3, put({ closesAt: toWire(END) })), 4],
    ['another time than it is dated', change(3, put({ opensAt: toWire(OPENS - 1) })), 4],
    ['late', change(3, (data, entry) => put({ opensAt: (entry.at = toWire(OPENS + 1)) })(data)), 4],
    ['again', (entries) => entries.toSpliced(3, 0, entries[2]!), 5],
  ]
  for (const [what, how, line] of wrong)
    expect(await verify(forged(file, how)), what).toMatchObject({ ok: false, line })
})

test('who opens an auction by hand leaves its end, or the length that was given', async () => {
  const byHand = (fields: object) =>
    fileOf(
      run([
        creation(terms, { opensAt: toWire(OPENS), ...fields }),
        { type: 'open', at: OPENS - 2 * SECOND },
        { type: 'tick', at: END + OPENS },
      ]),
    )
  const fixed = { durationSeconds: undefined, closesAt: toWire(OPENS + 600 * SECOND) }
  for (const [fields, end] of [
    [{}, OPENS + 598 * SECOND],
    [fixed, OPENS + 600 * SECOND],
  ] as const) {
    const opened = byHand(fields)
    expect(readCanonical(opened[2]!)).toMatchObject({ data: { closesAt: toWire(end) } })
    expect(await verify(opened)).toMatchObject({ ok: true })
    const moved = forged(opened, change(2, put({ closesAt: toWire(OPENS + 599 * SECOND) })))
    expect(await verify(moved)).toMatchObject({ ok: false, line: 3, why: expect.stringMatching(/closesAt is/) })
  }
  const draft = byHand({ status: 'draft' })
  const past = forged(draft, change(2, put({ closesAt: toWire(OPENS - 2 * SECOND) })))
  expect(await verify(draft)).toMatchObject({ ok: true })
  expect(await verify(past)).toMatchObject({ ok: false, line: 3 })
})

test('an auction that is to open at once opens', async () => {
  const now = fileOf(run([creation(terms), { type: 'tick', at: END }]))
  expect(await verify(now)).toMatchObject({ ok: true, entries: 3 })
  const waiting = forged(now, (entries) => entries.toSpliced(1, 1))
  expect(await verify(waiting)).toMatchObject({
    ok: false,
    line: 3,
    why: expect.stringMatching(/auction.opened must come here/),
  })
})

test('a ledger begins with the creation of its auction', async () => {
  const beginnings: Change[] = [
    (entries) => entries.slice(1),
    (entries) => entries.slice(2),
    (entries) => entries.slice(3),
    (entries) => [{ ...entries[0]!, type: 'auction.cancelled', data: { reason: 'a slip' } }],
    (entries) => [{ ...entries[0]!, type: 'auction.paused', data: { reason: 'a slip' } }],
  ]
  for (const beginning of beginnings)
    expect(await verify(forged(file, beginning))).toMatchObject({
      ok: false,
      line: 2,
      why: expect.stringMatching(/^begins with auction/),
    })
})

test('a ledger without an entry is none', async () => {
  const empty = canonical({ ...(readCanonical(file[0]!) as object), entries: 0, head: '0'.repeat(64) })
  expect(await verify([empty])).toMatchObject({ ok: false, line: 1, why: expect.stringMatching(/no entry follows/) })
  expect(await verify([])).toMatchObject({ ok: false, line: 1, why: 'the file is empty' })
})
