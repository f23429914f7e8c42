import { expect, test } from 'vitest'
import { T0, bidId } from '../domain/support.ts'
import { bidOf, creation, run } from '../properties/support.ts'
import { type Change, fileOf, forged, verify } from './support.ts'

const SECOND = 1_000
const END = T0 + 600 * SECOND
const softClose = { windowSeconds: 60, extensionSeconds: 60, maxExtensions: null }
/** B's bid is voided: A leads again, over C, who was beaten at once. What A raised unseen went with it in one of them. */
const file = fileOf(
  run([
    creation({ startPrice: 1_000, increments: 100, softClose }),
    bidOf(1, 'A', { maximum: 2_000 }, T0 + SECOND),
    bidOf(2, 'C', { amount: 1_500 }, T0 + 2 * SECOND),
    bidOf(3, 'B', { maximum: 5_000 }, T0 + 3 * SECOND),
    { type: 'void', bidId: bidId(3), reason: 'not paid', at: T0 + 4 * SECOND },
    bidOf(5, 'C', { amount: 1_800 }, END - 10 * SECOND),
    { type: 'tick', at: END + 60 * SECOND },
  ]),
)

const put =
  (seq: number, data: object): Change =>
  (entries) =>
    void Object.assign(entries[seq - 1]!.data, data)
const all =
  (...changes: Change[]): Change =>
  (entries) =>
    changes.forEach((change) => void change(entries))

test('a voided bid and what follows it verify exactly where nothing was unseen', async () => {
  expect(await verify(file)).toMatchObject({ ok: true, notes: [] })
})

test.each<[string, object]>([
  ['a price below the start price', { price: 900, minimumBid: 1_000 }],
  ['a price below what another offered', { price: 1_400, minimumBid: 1_500 }],
  ['a price a step and more above all that was seen', { price: 2_201, minimumBid: 2_301 }],
  ['a leader whose only bid was voided', { leader: 'P3' }],
  ['a leader whose only bid was voided, at what another offered', { leader: 'P3', price: 2_000, minimumBid: 2_100 }],
  ['a leader who offered less than another did', { leader: 'P2', price: 2_000, minimumBid: 2_100 }],
  ['a leader who never bid', { leader: 'P9' }],
  ['a price above the whole maximum of a leader who was beaten', { price: 2_050, minimumBid: 2_150 }],
  ['nobody leads though bids stand', { leader: null, price: null, minimumBid: 1_000 }],
  ['a minimum that is no step above', { price: 1_700, minimumBid: 1_750 }],
  ['a bid more than there are', { bidCount: 3 }],
  ['a bidder less', { bidderCount: 2 }],
])('a forged void is found out: %s', async (_, data) => {
  expect(await verify(forged(file, put(6, data)))).toMatchObject({ ok: false, line: 7 })
})

/** A's maximum may have been raised unseen and the raise have gone with the bid: within bounds the house is believed. */
const believed = all(put(6, { price: 1_700, minimumBid: 1_800 }))

test('what a leader raised to behind a void is still known at the next one', async () => {
  const twice = fileOf(
    run([
      creation({ startPrice: 1_000, increments: 100, softClose }),
      bidOf(1, 'D', { maximum: 1_400 }, T0 + SECOND),
      bidOf(2, 'E', { amount: 1_450 }, T0 + 2 * SECOND),
      bidOf(3, 'E', { maximum: 1_600 }, T0 + 3 * SECOND),
      bidOf(4, 'B', { amount: 1_700 }, T0 + 4 * SECOND),
      { type: 'void', bidId: bidId(3), reason: 'a mistake', at: T0 + 5 * SECOND },
      bidOf(6, 'B', { maximum: 2_000 }, T0 + 6 * SECOND),
      bidOf(7, 'A', { maximum: 1_990 }, T0 + 7 * SECOND),
      bidOf(8, 'C', { amount: 2_200 }, T0 + 8 * SECOND),
      { type: 'void', bidId: bidId(8), reason: 'a mistake', at: T0 + 9 * SECOND },
      { type: 'tick', at: END + 60 * SECOND },
    ]),
  )
  expect(await verify(twice)).toMatchObject({ ok: true })
})

test('a reserve that never was is found out', async () => {
  expect(await verify(forged(file, put(6, { reserve: 'met' })))).toMatchObject({ ok: false })
})

test('what may be is taken as stated, and said', async () => {
  const verdict = await verify(forged(file, believed))
  expect(verdict).toMatchObject({ ok: true, notes: [expect.stringMatching(/as stated, within bounds: entries 6$/)] })
})

const outcome = (winner: string, price: number) => put(9, { outcome: { result: 'sold', price, winner, reason: null } })
const beaten = { bid: bidId(1), amount: 1_750 }

test('after that, a bid may be taken as stated as well, and all that follows goes on from there', async () => {
  const dearer = all(believed, put(7, { price: 1_950, minimumBid: 2_050 }), outcome('P1', 1_950))
  const notes = [expect.stringMatching(/entries 6, 7$/)]
  expect(await verify(forged(file, dearer))).toMatchObject({ ok: true, notes })
  expect(await verify(forged(file, all(believed, put(7, { price: 1_950, minimumBid: 2_050 }))))).toMatchObject({
    ok: false,
  })
  const takes = (data: object) =>
    verify(
      forged(
        file,
        all(
          believed,
          put(7, { leader: 'P2', price: 1_825, amount: 1_825, minimumBid: 1_925, ...data }),
          outcome('P2', 1_825),
        ),
      ),
    )
  // C is taken to have offered 1,900, as a price that C led at later would show.
  expect(await takes({ beaten })).toMatchObject({ ok: true })
  for (const wrong of [null, { ...beaten, amount: 1_825 }, { ...beaten, amount: 1_900 }])
    expect(await takes({ beaten: wrong })).toMatchObject({ ok: false, line: 8 })
  const stays = all(believed, put(7, { price: 1_950, minimumBid: 2_050, beaten }), outcome('P1', 1_950))
  expect(await verify(forged(file, stays))).toMatchObject({ ok: false })
})

test.each<[string, object]>([
  ['a price that falls', { price: 1_650, minimumBid: 1_750 }],
  ['a leader who neither led nor bid', { leader: 'P3' }],
  ['a minimum that is no step above', { minimumBid: 2_050 }],
  ['an amount above the price', { amount: 9_999 }],
  ['a count that jumps', { bidCount: 5 }],
])('after that, a bid is held to what is certain: %s', async (_, data) => {
  expect(await verify(forged(file, all(believed, put(7, data))))).toMatchObject({ ok: false })
})

test('an extension after it must still come, and no other', async () => {
  const without: Change = (entries) => entries.filter(({ type }) => type !== 'closing.extended')
  expect(await verify(forged(file, all(believed)))).toMatchObject({ ok: true })
  const cut = forged(file, (entries) => {
    void believed(entries)
    return without(entries)
  })
  expect(await verify(cut)).toMatchObject({ ok: false, why: expect.stringMatching(/closing.extended must come here/) })
})
