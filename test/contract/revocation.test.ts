import { expect, onTestFinished, test } from 'vitest'
import type { Accounts } from '../../src/engine/account-ports.ts'
import type { Postgres, Queries } from '../../src/adapters/postgres/connections.ts'
import { newDatabase } from '../support/postgres.ts'
import type { Amount } from '../../src/domain/amount.ts'
import { bidding as bidOf, create } from './changes.ts'
import { AT, connected, openPostgres, user } from './engines.ts'

/** What several nodes on one PostgreSQL promise each other: a bid that did not see a revocation is there before its answer. */

const SHARED = 'SELECT pg_advisory_xact_lock_shared(7, hashtext($1))'
const EXCLUSIVE = 'SELECT pg_advisory_xact_lock(7, hashtext($1))'

async function opened() {
  const url = await newDatabase()
  const { store, accounts, again } = await openPostgres(url)
  const postgres = connected(url)
  const [seller, ana] = [await user(accounts), await user(accounts)]
  await accounts.changeUser(seller.id, { role: 'admin' })
  return { postgres, store, accounts, other: (await again()).accounts, seller, ana }
}

/** A transaction of another node that goes on until it is committed, or the test is over. */
async function running(postgres: Postgres, body: (queries: Queries) => Promise<unknown>) {
  const [begun, ends] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const done = postgres.transaction(async (queries) => {
    await body(queries)
    begun.resolve()
    await ends.promise
  })
  onTestFinished(() => ends.resolve())
  await Promise.race([begun.promise, done])
  return async () => {
    ends.resolve()
    await done
  }
}

/** As far as bids concern the rights of whoever places them. */
function bidding(postgres: Postgres, userId: string) {
  return running(postgres, (queries) => queries.run(SHARED, userId))
}

/** Returns when a call waits for a lock that somebody has: then so many do. */
async function waits(postgres: Postgres, call: Promise<unknown>, many = 1): Promise<void> {
  let isSettled = false
  const settle = () => (isSettled = true)
  call.then(settle, settle)
  const waiting = async () => {
    const sql =
      "SELECT count(*) AS waiting FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    return (await postgres.get<{ waiting: number }>(sql))!.waiting
  }
  await expect.poll(async () => isSettled || (await waiting()) >= many, { interval: 5 }).toBe(true)
  expect(isSettled).toBe(false)
}

type Ids = { readonly seller: string; readonly ana: string }

const next = (hash: string) => ({ hash, nonce: hash })

const revocations: Readonly<Record<string, (accounts: Accounts, ids: Ids) => Promise<unknown>>> = {
  endSession: (accounts, { ana }) => accounts.endSession(ana),
  endSessions: (accounts, { ana }) => accounts.endSessions(ana),
  rotate: (accounts, { ana }) => accounts.rotate(`refresh of ${ana}`, next('three'), AT + 1_000_000, AT + 2_000_000),
  'changeUser, blocked': (accounts, { ana }) => accounts.changeUser(ana, { blocked: true }),
  'changeUser, role': (accounts, { ana }) => accounts.changeUser(ana, { role: 'seller' }),
  setBlock: (accounts, { ana, seller }) => accounts.setBlock(seller, ana, true),
}

test.each(Object.entries(revocations))(
  '[STORE-6] %s holds at once, and returns when no bid is on its way without it',
  async (_, revoke) => {
    const { postgres, accounts, other, seller, ana } = await opened()
    await accounts.rotate(`refresh of ${ana.id}`, next('two'), AT, AT + 2_000_000)
    const before = await other.authVersion()
    const commit = await bidding(postgres, ana.id)
    const revoked = revoke(accounts, { seller: seller.id, ana: ana.id })
    await waits(postgres, revoked)
    expect(await other.authVersion()).toBe(before + 1)
    await commit()
    await revoked
  },
)

test('[STORE-6] sessions that were ended before are waited for all the same', async () => {
  const { postgres, accounts, ana } = await opened()
  await accounts.endSessions(ana.id)
  const commit = await bidding(postgres, ana.id)
  const ends = [accounts.endSessions(ana.id), accounts.endSession(ana.id)]
  for (const end of ends) await waits(postgres, end, ends.length)
  await commit()
  expect(await Promise.all(ends)).toEqual([[], undefined])
})

test('[STORE-6] a bid that waits for the rights of somebody else in its batch is held to what was revoked meanwhile', async () => {
  const { postgres, store, other, seller, ana } = await opened()
  const ben = await user(other)
  const people = await postgres.all<{ id: string }>(
    'SELECT id FROM users WHERE id IN ($1, $2) ORDER BY hashtext(id)',
    ana.id,
    ben.id,
  )
  // Rights are locked in this order.
  const [first, second] = people.map(({ id }) => id) as [string, string]
  const lots = [create(seller.id), create(seller.id)]
  await store.append(lots)
  const changes = [first, second].map((bidder, i) =>
    bidOf(lots[i]!.after, bidder, { amount: 1_000 as Amount }, 'a key'),
  )
  const end = await running(postgres, (queries) => queries.run(EXCLUSIVE, first))
  const appending = store.append(changes)
  await waits(postgres, appending)
  await other.endSession(second)
  await end()
  expect(await appending).toEqual({ conflicts: [lots[1]!.after.auction.id] })
})

test('[STORE-6] bids of others hold up no revocation', async () => {
  const { postgres, accounts, seller, ana } = await opened()
  const commits = [await bidding(postgres, seller.id), await bidding(postgres, 'somebody')]
  expect(await accounts.endSessions(ana.id)).toEqual([ana.id])
  expect(await accounts.changeUser(ana.id, { blocked: true })).toEqual({ ...ana, blocked: true })
  for (const commit of commits) await commit()
})

test('[WHO-2] another role of whoever sells is waited for by the bids of all admins, who are staff there or not', async () => {
  const { postgres, accounts, other, seller, ana } = await opened()
  await accounts.changeUser(ana.id, { role: 'admin' })
  const commit = await bidding(postgres, ana.id)
  const changed = accounts.changeUser(seller.id, { role: 'bidder' })
  await waits(postgres, changed)
  expect(await other.rights(ana.id, seller.id)).toMatchObject({ staff: false })
  await commit()
  await changed
})

const NO_AUCTION = `INSERT INTO auctions (id, seller_id, title, description, format, status, hidden, bid_count, created_at, version,
  seq, head, private_head, reserve_salt, refusals, state, words) VALUES ($1, $2, '', '', '', $3, 0, 0, 0, 1, 1, '', '', '', 0, $4, '')`
const BID = `INSERT INTO audit_log (auction_id, number, line, hash, id, user_id, paddle, maximum, exact, amount, price, at, voided)
  VALUES ($1, $2, '', '', $3, $4, 1, 1, 1, 1, 1, 1, 0)`

async function auction(queries: Queries, id: string, sellerId: string, status: string): Promise<void> {
  await queries.run(NO_AUCTION, id, sellerId, status, JSON.stringify({ images: [`of ${id}`] }))
}

test('who bids where it is not over is not erased, though the bid is on its way only', async () => {
  const { postgres, accounts, seller, ana } = await opened()
  await auction(postgres, 'open', seller.id, 'open')
  const commit = await running(postgres, async (queries) => {
    await queries.run(SHARED, ana.id)
    await queries.run(BID, 'open', 2, 'bid', ana.id)
  })
  const erased = accounts.eraseUser(ana.id, AT)
  await waits(postgres, erased)
  await commit()
  expect(await erased).toEqual({ result: 'needed' })
  expect(await accounts.eraseUser(seller.id, AT)).toEqual({ result: 'needed' })
})

test('who is held just before is not erased', async () => {
  const { postgres, accounts, ana } = await opened()
  const commit = await running(postgres, (queries) =>
    queries.run("UPDATE users SET hold = 'a dispute' WHERE id = $1", ana.id),
  )
  const erased = accounts.eraseUser(ana.id, AT)
  await waits(postgres, erased)
  await commit()
  expect(await erased).toEqual({ result: 'held', reason: 'a dispute' })
})

test('bids of whoever is being erased wait for that, and so does whoever signs in', async () => {
  const { postgres, accounts, ana } = await opened()
  const unlock = await running(postgres, (queries) =>
    queries.run('INSERT INTO sessions (id, user_id, expires_at, ends_at) VALUES ($1, $2, 1, 1)', 'on its way', ana.id),
  )
  const erased = accounts.eraseUser(ana.id, AT)
  await waits(postgres, erased)
  const bid = bidding(postgres, ana.id)
  await waits(postgres, bid, 2)
  await unlock()
  expect(await erased).toEqual({ result: 'erased' })
  await (
    await bid
  )()
  expect(await accounts.sessionEnd('on its way')).toBeNull()
})

test('what was secret of an erased person is in no row, and all of others is', async () => {
  const { postgres, accounts, seller, ana } = await opened()
  const ids = ['closed', 'cancelled']
  for (const id of ids) await auction(postgres, id, ana.id, id)
  for (const [who, number] of [
    [ana.id, 2],
    [seller.id, 3],
  ] as const)
    for (const id of ids) {
      await postgres.run(BID, id, number, `bid of ${who}`, who)
      await postgres.run(
        "INSERT INTO answers (auction_id, number, user_id, key, salt, text) VALUES ($1, $2, $3, 'key ' || $3, 'salt ' || $3, 'text')",
        id,
        number,
        who,
      )
      await postgres.run(
        'INSERT INTO authors (auction_id, number, user_id, salt) VALUES ($1, $2, $3, $4)',
        id,
        number,
        who,
        'salt',
      )
    }
  await postgres.run("INSERT INTO labels (auction_id, seller_id, metadata) VALUES ('closed', $1, '{}')", ana.id)
  await postgres.run("INSERT INTO labels (auction_id, seller_id, metadata) VALUES ('of another', $1, '{}')", seller.id)
  expect(await accounts.eraseUser(ana.id, AT)).toEqual({ result: 'erased' })
  const rows = async (table: string) =>
    (await postgres.all<{ row: string }>(`SELECT t::text AS row FROM ${table} t`)).map(({ row }) => row)
  for (const table of ['answers', 'authors', 'labels', 'sessions', 'refresh_tokens']) {
    const left = await rows(table)
    expect(
      left.filter((row) => row.includes(ana.id)),
      table,
    ).toEqual([])
    expect(left.filter((row) => table === 'refresh_tokens' || row.includes(seller.id)).length, table).toBeGreaterThan(0)
  }
  expect(await rows('answers')).toHaveLength(2)
  const [kept] = (await rows('users')).filter((row) => row.includes(ana.id))
  expect(kept).toBe(`(${ana.id},erased-${ana.id},Erased,bidder,1,"",0,${AT},,,,)`)
})

test('what another node is just removing is left to it', async () => {
  const { postgres, accounts, seller, ana } = await opened()
  for (const { id } of [seller, ana]) await accounts.claim({ userId: id, key: 'key', request: '', made: '', at: AT })
  const commit = await running(postgres, async (queries) => {
    await queries.run('SELECT FROM sessions WHERE user_id = $1 FOR UPDATE', ana.id)
    await queries.run('SELECT FROM creations WHERE user_id = $1 FOR UPDATE', ana.id)
  })
  const later = AT + 3_600_000
  const removed: number[] = []
  while (removed.at(-1) !== 0) removed.push(await accounts.removeSessions(later, 9))
  expect(removed).toEqual([1, 1, 0])
  expect([await accounts.removeClaims(later, 9), await accounts.removeClaims(later, 9)]).toEqual([1, 0])
  await commit()
  expect([await accounts.removeSessions(later, 9), await accounts.removeClaims(later, 9)]).toEqual([1, 1])
})

test('which pictures an auction names is told by its number', async () => {
  const url = await newDatabase()
  const { pictures } = await openPostgres(url)
  const postgres = connected(url)
  for (const id of ['one', 'two', 'three']) await auction(postgres, id, 'ana', 'open')
  expect(await pictures.named(0, 2)).toEqual([
    { number: 1, sellerId: 'ana', images: ['of one'] },
    { number: 2, sellerId: 'ana', images: ['of two'] },
  ])
  expect(await pictures.named(2, 2)).toEqual([{ number: 3, sellerId: 'ana', images: ['of three'] }])
})
