import { randomUUIDv7 } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { Sessions } from '../../src/engine/sessions.ts'
import type { Amount } from '../../src/domain/amount.ts'
import { type Auction, type Summary, inOrder, summaryOf } from '../../src/domain/auction.ts'
import type { Change, StoredAuction, Store } from '../../src/engine/ports.ts'
import { WHOLE_CATALOGUE } from '../support/catalogue-query.ts'
import { bidding, changing, create } from './changes.ts'
import { AT, engines, user } from './engines.ts'

/** What every store must do, whichever engine is behind it. */

const load = async (store: Store, auctionId: string) => (await store.read([{ auctionId, known: null }]))[0]

describe.each(Object.entries(engines))('%s', (_, open) => {
  test('[STORE-1] what was appended is read back whole by another connection', async () => {
    const { store, accounts, again } = await open()
    const [seller, ana] = [await user(accounts), await user(accounts)]
    const created = create(seller.id)
    const bid = bidding(created.after, ana.id, { maximum: 5_000 as Amount }, 'key 1')
    expect(await store.append([created])).toEqual({ conflicts: [] })
    expect(await store.append([bid])).toEqual({ conflicts: [] })
    const { store: other } = await again()
    expect(await load(other, bid.after.auction.id)).toEqual(bid.after)
    const entries = await other.entries(bid.after.auction.id, 0, 10)
    expect(entries).toEqual([...created.entries, ...bid.entries])
    expect(other.epoch).toBe(store.epoch)
  })

  test('[STORE-2] an append with an old version is a conflict of its own auction: the others of its batch are written', async () => {
    const { store, accounts } = await open()
    const [seller, ana, ben] = [await user(accounts), await user(accounts), await user(accounts)]
    const [one, two] = [create(seller.id), create(seller.id)]
    await store.append([one, two])
    const first = bidding(one.after, ana.id, { amount: 1_000 as Amount }, 'a')
    const late = bidding(one.after, ben.id, { amount: 1_000 as Amount }, 'b')
    const beside = bidding(two.after, ben.id, { amount: 1_000 as Amount }, 'c')
    await store.append([first])
    expect(await store.append([beside, late])).toEqual({ conflicts: [one.after.auction.id] })
    expect(await load(store, one.after.auction.id)).toEqual(first.after)
    expect(await load(store, two.after.auction.id)).toEqual(beside.after)
    expect(await store.entries(one.after.auction.id, 2, 10)).toEqual(first.entries)
    expect(await store.entries(two.after.auction.id, 2, 10)).toEqual(beside.entries)
  })

  test('[STORE-4] what is newer is read behind what is known, and is the same as all of it', async () => {
    const { store, accounts, again } = await open()
    const [seller, ana, ben] = [await user(accounts), await user(accounts), await user(accounts)]
    const created = create(seller.id)
    const first = bidding(created.after, ana.id, { maximum: 2_000 as Amount }, 'a')
    const second = bidding(first.after, ben.id, { maximum: 3_000 as Amount }, 'b')
    const third = bidding(second.after, ana.id, { maximum: 4_000 as Amount }, 'c')
    const voided = changing(third.after, { type: 'void', at: AT, bidId: second.bids[0]!.bid.bidId, reason: 'a slip' })
    const { id: auctionId } = created.after.auction
    const { store: other } = await again()
    const knownTo = [created, first, second, third, voided].map(({ after }) => after)
    for (const [i, change] of [created, first, second, third, voided].entries()) {
      await store.append([change])
      for (const known of knownTo.slice(0, i + 1))
        expect(await other.read([{ auctionId, known }])).toEqual([change.after])
      const [same] = await other.read([{ auctionId, known: change.after }])
      expect(same).toBe(change.after)
    }
    const elsewhere = { ...second.after, privateHead: 'of a history that was lost' }
    expect(await other.read([{ auctionId, known: elsewhere }])).toEqual([voided.after])
    for (const known of [null, created.after])
      expect(await other.read([{ auctionId: randomUUIDv7(), known }])).toEqual([null])
  })

  test('[STORE-2] a silent raise changes the version, though not the seq, so two of them conflict', async () => {
    const { store, accounts } = await open()
    const [seller, ana] = [await user(accounts), await user(accounts)]
    const created = create(seller.id)
    const bid = bidding(created.after, ana.id, { maximum: 2_000 as Amount }, 'a')
    await store.append([created])
    await store.append([bid])
    const raise = bidding(bid.after, ana.id, { maximum: 3_000 as Amount }, 'b')
    const rival = bidding(bid.after, ana.id, { maximum: 4_000 as Amount }, 'c')
    expect(raise.after.auction.seq).toBe(bid.after.auction.seq)
    await store.append([raise])
    expect((await store.append([rival])).conflicts).toEqual([created.after.auction.id])
  })

  test('[STORE-5] [WHO-1] what is asked before a bid: signed in, blocked by the house or the seller, and what the key was used for', async () => {
    const { store, accounts } = await open()
    const [seller, ana] = [await user(accounts), await user(accounts)]
    const created = create(seller.id)
    const bid = bidding(created.after, ana.id, { maximum: 2_000 as Amount }, 'used')
    await store.append([created])
    await store.append([bid])
    const sessionId = randomUUIDv7()
    const sessions = new Sessions(accounts)
    const ask = { auctionId: created.after.auction.id, userId: ana.id, sessionId, key: 'used', at: AT }
    const asked = async (changes: Partial<typeof ask> = {}) => ({
      ...(await sessions.bidders([{ ...ask, sellerId: seller.id, ...changes }]))[0]!,
      prior: (await store.priors([{ ...ask, ...changes }]))[0]!,
    })
    expect(await asked()).toMatchObject({ isSignedIn: false })
    await accounts.addSession({ id: sessionId, userId: ana.id, expiresAt: AT + 1 }, 'refresh')
    const prior = { bid: bid.bids[0]!.bid, answer: bid.bids[0]!.answer }
    expect(await asked()).toMatchObject({ isSignedIn: true, isBlocked: false, prior })
    expect(await asked({ key: 'new' })).toMatchObject({ isSignedIn: true, isBlocked: false, prior: null })
    expect(await asked({ at: AT + 1 })).toMatchObject({ isSignedIn: false })
    expect(await asked({ userId: seller.id })).toMatchObject({ isSignedIn: false })
    await accounts.setBlock(seller.id, ana.id, true)
    expect(await asked()).toMatchObject({ isSignedIn: true, isBlocked: true })
    await accounts.setBlock(seller.id, ana.id, false)
    expect(await asked()).toMatchObject({ isBlocked: false })
    await accounts.changeUser(ana.id, { blocked: true })
    expect(await asked()).toMatchObject({ isBlocked: true })
    await accounts.endSession(sessionId)
    expect(await asked()).toMatchObject({ isSignedIn: false })
  })

  test('[WHO-2] staff is an admin where an admin sells, whatever else they are, and that holds at once', async () => {
    const { store, accounts } = await open()
    const [seller, ana] = [await user(accounts), await user(accounts)]
    const created = create(seller.id)
    await store.append([created])
    const sessionId = randomUUIDv7()
    await accounts.addSession({ id: sessionId, userId: ana.id, expiresAt: AT + 1 }, 'refresh')
    const sessions = new Sessions(accounts)
    const ask = { sellerId: seller.id, userId: ana.id, sessionId, at: AT }
    const asked = async () => (await sessions.bidders([ask]))[0]!
    expect(await asked()).toMatchObject({ isStaff: false })
    await accounts.changeUser((await user(accounts)).id, { role: 'admin' })
    await accounts.changeUser(ana.id, { role: 'admin' })
    expect(await asked()).toMatchObject({ isStaff: false })
    await accounts.changeUser(seller.id, { role: 'admin', blocked: true })
    expect(await asked()).toMatchObject({ isStaff: true })
    await accounts.changeUser(ana.id, { role: 'seller' })
    expect(await asked()).toMatchObject({ isStaff: false })
  })

  test('[VOID-2] a void bid stays, marked, and so does what had silently raised it', async () => {
    const { store, accounts } = await open()
    const [seller, ana] = [await user(accounts), await user(accounts)]
    const created = create(seller.id)
    const bid = bidding(created.after, ana.id, { maximum: 2_000 as Amount }, 'a')
    const raise = bidding(bid.after, ana.id, { maximum: 3_000 as Amount }, 'b')
    const { bidId } = bid.bids[0]!.bid
    const voided = changing(raise.after, { type: 'void', at: AT, bidId, reason: 'a slip' })
    for (const change of [created, bid, raise, voided]) expect(await store.append([change])).toEqual({ conflicts: [] })
    expect(await load(store, created.after.auction.id)).toEqual(voided.after)
    expect((await store.bidsOf(ana.id, { limit: 10, cursor: null })).items.map((own) => own.bid.voided)).toEqual([
      true,
      true,
    ])
  })

  test('[STORE-12] a line of the catalogue is what the auction itself comes to, whatever its bids were', async () => {
    const { store, accounts } = await open()
    const [seller, ana, ben] = [await user(accounts), await user(accounts), await user(accounts)]
    let stored = await appended(store, create(seller.id))
    const listed = async () =>
      (await store.catalogue({ ...WHOLE_CATALOGUE, sort: 'closing', draftsOf: 'all' })).items.map((one) => ({
        ...one,
        auction: { ...one.auction },
      }))
    const expected = () => {
      const { bids: _bids, paddles: _paddles, ...auction } = summaryOf(stored.auction) as Summary & Auction
      return [{ auction, head: stored.head, sellerName: seller.displayName }]
    }
    expect(await listed()).toEqual(expected())
    for (const [i, bidder] of [ana, ben, ana, ben].entries()) {
      const offer = { maximum: (2_000 + 1_000 * i) as Amount }
      stored = await appended(store, bidding(stored, bidder.id, offer, `key ${i}`))
      expect(await listed()).toEqual(expected())
    }
    for (let i = 0; i < 4; i += 1) {
      const { bidId } = inOrder(stored.auction.bids).findLast(({ voided }) => !voided)!
      stored = await appended(store, changing(stored, { type: 'void', at: AT, bidId, reason: 'a slip' }))
      expect(await listed()).toEqual(expected())
    }
  })

  test('[STORE-9] [SC-5] an absence of 30 s or more is kept as an outage, once, by whoever lives again first', async () => {
    const { store, again } = await open()
    const { store: other } = await again()
    expect(await store.beat({ at: AT, since: 0 })).toEqual([])
    expect(await other.beat({ at: AT + 29_999, since: 0 })).toEqual([])
    const outage = { since: AT + 29_999, until: AT + 60_000 }
    expect(await other.beat({ at: AT + 60_000, since: AT })).toEqual([outage])
    // It was stopped as long; another had lived meanwhile.
    expect(await store.beat({ at: AT + 60_001, since: AT + 1 })).toEqual([outage])
    // It writes seldom, and lived until just before.
    expect(await store.beat({ at: AT + 100_000, since: AT + 99_000 })).toEqual([outage])
    const latest = { since: AT + 110_000, until: AT + 200_000 }
    expect(await store.beat({ at: AT + 200_000, since: AT + 110_000 })).toEqual([latest, outage])
    const { store: third } = await again()
    expect(await third.beat({ at: AT + 200_000, since: 0 })).toEqual([latest, outage])
  })

  test('the catalogue finds by words, state and seller, hides drafts, and pages without gap or repetition', async () => {
    const { store, accounts } = await open()
    const [seller, other] = [await user(accounts), await user(accounts)]
    const titles = ['Enamel sign “Café”', 'Thonet chair', 'Thonet table', 'Sea chart']
    const created = titles.map((title, i) => create(seller.id, { title, durationSeconds: 60 * (4 - i) }))
    const draft = create(other.id, { title: 'Thonet draft', status: 'draft' })
    await store.append([...created, draft])
    const query = WHOLE_CATALOGUE
    const found = async (changes: object) => {
      const page = await store.catalogue({ ...query, sort: 'closing', draftsOf: 'nobody', ...changes })
      return page.items.map(({ auction }) => auction.title)
    }
    expect(await found({})).toEqual(['Sea chart', 'Thonet table', 'Thonet chair', 'Enamel sign “Café”'])
    expect(await found({ sort: 'newest' })).toHaveLength(4)
    expect(await found({ q: 'cafe' })).toEqual(['Enamel sign “Café”'])
    expect(await found({ q: 'thon cha' })).toEqual(['Thonet chair'])
    expect(await found({ q: '"NEAR(* OR' })).toEqual([])
    expect(await found({ q: '-_*' })).toEqual([])
    expect(await found({ q: 'thonet', draftsOf: 'all' })).toHaveLength(3)
    expect(await found({ draftsOf: { sellerId: other.id }, sellerId: other.id })).toEqual(['Thonet draft'])
    expect(await found({ draftsOf: { sellerId: seller.id }, q: 'draft' })).toEqual([])
    expect(await found({ status: ['closed'] })).toEqual([])
    const bounds = { currency: 'EUR', priceFrom: 1_000, priceTo: 1_000 }
    expect(await found(bounds)).toHaveLength(4)
    expect(await found({ ...bounds, priceFrom: 1_001, priceTo: null })).toEqual([])
    expect(await found({ ...bounds, priceFrom: null, priceTo: 999 })).toEqual([])
    expect(await found({ currency: 'JPY' })).toEqual([])
    const counted = await store.catalogue({ ...query, q: 'thonet', sort: 'closing', draftsOf: 'all', limit: 1 })
    expect([counted.items.length, counted.total]).toEqual([1, 3])
    const paged: string[] = []
    let cursor: string | null = null
    do {
      const page = await store.catalogue({ ...query, sort: 'closing', draftsOf: 'all', limit: 2, cursor })
      paged.push(...page.items.map(({ auction }) => auction.id))
      cursor = page.nextCursor
    } while (cursor !== null)
    expect(new Set(paged).size).toBe(5)
    expect(paged).toHaveLength(5)
  })

  test('a title that changes is found by its new words only', async () => {
    const { store, accounts } = await open()
    const created = create((await user(accounts)).id, { title: 'Old words' })
    const changed = changing(created.after, { type: 'update', at: AT, changes: { title: 'New name' } })
    await store.append([created])
    await store.append([changed])
    const query = { ...WHOLE_CATALOGUE, limit: 5 } as const
    const found = async (q: string) =>
      (await store.catalogue({ ...query, q, sort: 'newest', draftsOf: 'nobody' })).items.length
    expect([await found('old'), await found('name')]).toEqual([0, 1])
  })

  test('[STORE-8] what wants a tick is known after a restart', async () => {
    const { store, accounts, again } = await open()
    const created = create((await user(accounts)).id)
    await store.append([created])
    const { store: other } = await again()
    const due = { auctionId: created.after.auction.id, dueAt: created.after.auction.closesAt! }
    expect(await other.due(due.dueAt)).toEqual([due])
    expect(await other.due(due.dueAt - 1)).toEqual([])
    const closed = changing(created.after, { type: 'close', at: AT + 10 })
    await store.append([closed])
    expect(await other.due(Number.MAX_SAFE_INTEGER)).toEqual([])
  })

  test('[STORE-3] after recovery everything that was committed is there', async () => {
    const { store, accounts } = await open()
    const created = create((await user(accounts)).id)
    await store.append([created])
    await store.recover()
    expect(await load(store, created.after.auction.id)).toEqual(created.after)
  })
})

async function appended(store: Store, change: Change): Promise<StoredAuction> {
  expect(await store.append([change])).toEqual({ conflicts: [] })
  return change.after
}
