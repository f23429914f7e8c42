import { expect, onTestFinished, test } from 'vitest'
import type { Client } from '../../src/sdk/index.ts'
import { type Answer, ask, cookieOf, lot } from '../http/support.ts'
import { ledgerOf, sharedClock } from '../history/house.ts'
import { type Channel, watch } from '../support/channel.ts'
import { turn } from '../support/clock.ts'
import { FaultyStore } from '../support/faulty-store.ts'
import { type House, openHouse } from '../support/service.ts'

/** Somebody whose right to bid ends while many bids of theirs are on the way. */
type Person = { readonly id: string; readonly token: string; readonly cookie: string }
type Way = (house: House, person: Person, seller: Client) => Promise<Answer>

const AUCTIONS = 3
const SOCKETS_EACH = 2
const WAVES = 12
const REVOKED_AT_WAVE = 6
const WAVES_AFTER = 3

const ways: Readonly<Record<string, Way>> = {
  'an admin blocks them': ({ url, admin }, { id }) =>
    ask(url, `PATCH /v1/users/${id}`, { as: admin, body: { blocked: true } }),
  'they sign out': ({ url }, { token }) => ask(url, 'DELETE /v1/sessions/current', { token }),
  'they sign out everywhere': ({ url }, { token }) => ask(url, 'DELETE /v1/sessions', { token }),
  'the seller keeps them out': ({ url }, { id }, seller) => ask(url, `PUT /v1/me/blocks/${id}`, { as: seller }),
  'they and the seller become staff': async ({ url, admin }, { id }, seller) => {
    await ask(url, `PATCH /v1/users/${seller.session.user!.id}`, { as: admin, body: { role: 'admin' } })
    return ask(url, `PATCH /v1/users/${id}`, { as: admin, body: { role: 'admin' } })
  },
  'a refresh token of theirs is used twice': async ({ url }, { cookie }) => {
    const { headers } = await ask(url, 'POST /v1/sessions/refresh', { headers: { cookie } })
    // As long as the next one is not used, a second use is taken for a lost answer.
    const [next] = headers.getSetCookie()[0]!.split(';')
    await ask(url, 'POST /v1/sessions/refresh', { headers: { cookie: next! } })
    return ask(url, 'POST /v1/sessions/refresh', { headers: { cookie } })
  },
}

async function signedIn({ url }: House): Promise<Person> {
  const account = { email: 'ana@house.example', password: 'password of ana' }
  const { user } = (await ask(url, 'POST /v1/users', { body: { ...account, displayName: 'Ana' } })).json
  const answer = await ask(url, 'POST /v1/sessions', { body: account })
  return { id: user.id as string, token: answer.json.accessToken as string, cookie: cookieOf(answer) }
}

type Seat = { readonly auction: string; readonly channel: Channel }

/** All that was sent, and what was accepted of it: by its key. */
class Bidding {
  readonly sent: string[] = []
  /** When the service took them, ms. */
  readonly accepted = new Map<string, number>()
  readonly #url: string
  readonly #token: string
  readonly #channels: readonly Seat[]
  readonly #waiting: Promise<void>[] = []
  #amount = 1_000

  constructor(url: string, token: string, channels: readonly Seat[]) {
    this.#url = url
    this.#token = token
    this.#channels = channels
  }

  /** One bid on every socket and one over REST for each auction, maxima and amounts in turn, none waited for. */
  wave(): void {
    for (const [i, { channel }] of this.#channels.entries()) {
      const [key, offer] = this.#next(i)
      if (channel.ws.readyState === channel.ws.OPEN) channel.send({ type: 'bid', key, ...offer })
    }
    for (const [i, auction] of [...new Set(this.#channels.map((one) => one.auction))].entries()) {
      const [key, body] = this.#next(i + 1)
      const headers = { 'idempotency-key': key }
      const asked = ask(this.#url, `POST /v1/auctions/${auction}/bids`, { token: this.#token, body, headers })
      this.#waiting.push(
        asked.then(({ status, json }) => {
          if (status === 201) this.#note(key, json.bid.at as string)
        }),
      )
    }
  }

  /** When all that is on the way has come: what the sockets said is read from them. */
  async ended(): Promise<void> {
    await Promise.all(this.#waiting)
    for (const { channel } of this.#channels) {
      if (channel.ws.readyState === channel.ws.OPEN) {
        channel.send({ type: 'ping' })
        await Promise.race([channel.next('pong'), channel.closed])
      }
      for (const { key, bid } of channel.all('ack')) this.#note(key, bid.at)
    }
  }

  #next(i: number): [string, { amount: number } | { maximum: number }] {
    this.#amount += 1_000
    const key = `of ${this.#amount}`
    this.sent.push(key)
    return [key, i % 2 === 0 ? { amount: this.#amount } : { maximum: this.#amount }]
  }

  #note(key: string, at: string): void {
    this.accepted.set(key, Date.parse(at))
  }
}

for (const [name, revoke] of Object.entries(ways))
  test(`[WHO-1] from the instant that is answered, no bid of theirs is accepted anywhere: ${name}`, async () => {
    const { now, clock } = sharedClock()
    const house = await openHouse({}, { clock })
    const { url } = house
    const [ana, ben, seller] = [await signedIn(house), await house.person('ben'), await house.person('s', 'seller')]
    const auctions = await Promise.all(Array.from({ length: AUCTIONS }, async () => (await seller.create(lot)).id))
    const channels = auctions.flatMap((auction) =>
      Array.from({ length: SOCKETS_EACH }, () => ({ auction, channel: watch(url, auction, '', ana.token) })),
    )
    await Promise.all(channels.map(({ channel }) => channel.next('you')))
    const bidding = new Bidding(url, ana.token, channels)

    let at = Number.POSITIVE_INFINITY
    let seqs: readonly number[] = []
    let revoking: Promise<void> | null = null
    for (let wave = 0; wave < WAVES || at === Number.POSITIVE_INFINITY; wave += 1) {
      bidding.wave()
      if (wave === REVOKED_AT_WAVE)
        revoking = revoke(house, ana, seller).then(async () => {
          at = now()
          seqs = await Promise.all(auctions.map(async (id) => (await house.admin.auction(id)).seq))
        })
      // Now and then the service gets to read what came.
      if (wave % 2 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    await revoking
    const before = new Set(bidding.sent)
    for (let wave = 0; wave < WAVES_AFTER; wave += 1) bidding.wave()
    await bidding.ended()
    // Others go on, so that the ledgers do.
    for (const id of auctions) await ben.bid(id, { maximum: 10_000_000 })

    expect([...bidding.accepted].filter(([key, stamp]) => !before.has(key) || stamp > at)).toEqual([])
    expect(bidding.accepted.size).toBeGreaterThan(0)
    expect(bidding.sent.length - bidding.accepted.size).toBeGreaterThan(WAVES_AFTER * AUCTIONS)
    for (const [i, id] of auctions.entries()) {
      const ledger = await ledgerOf(url, id)
      const { items } = await house.admin.bidders(id)
      const paddle = items.find(({ user }) => user.id === ana.id)?.paddle
      const placed = ledger.flatMap((event) => (event.type === 'bid.placed' ? [event] : []))
      const late = placed.filter((event) => event.seq > seqs[i]! || Date.parse(event.at) > at)
      expect(late.map(({ data }) => data.paddle).filter((one) => one === paddle)).toEqual([])
      expect(late.length).toBeGreaterThan(0)
    }
  })

for (const [name, revoke] of Object.entries(ways))
  test(`[WHO-1] a bid that was decided and not yet stored is decided anew: ${name}`, async () => {
    const faults = new FaultyStore()
    const house = await openHouse({}, { wrapStore: faults.wrap })
    const [ana, seller] = [await signedIn(house), await house.person('seller', 'seller')]
    const { id } = await seller.create(lot)
    const stored = faults.batches.length
    const release = faults.hold()
    onTestFinished(release)
    const told: string[] = []
    const asked = { token: ana.token, body: { amount: 1_000 }, headers: { 'idempotency-key': 'k' } }
    const bidding = ask(house.url, `POST /v1/auctions/${id}/bids`, asked).then(({ status }) =>
      told.push(`bid ${status}`),
    )
    await expect.poll(() => faults.batches.length).toBeGreaterThan(stored)
    await revoke(house, ana, seller)
    expect(told).toEqual([])
    release()
    await bidding
    expect(told).toEqual([expect.stringMatching(/^bid 40[13]$/)])
    expect((await ask(house.url, `GET /v1/auctions/${id}`)).json).toMatchObject({ bidCount: 0, seq: 2 })
  })

for (const [name, revoke] of Object.entries(ways))
  test(`[WHO-1] a bid that waits behind a commit is decided by what holds then, not when it came: ${name}`, async () => {
    const faults = new FaultyStore()
    const house = await openHouse({}, { wrapStore: faults.wrap })
    const [ana, ben, seller] = [await signedIn(house), await house.person('ben'), await house.person('s', 'seller')]
    const { id } = await seller.create(lot)
    const stored = faults.batches.length
    const release = faults.hold()
    onTestFinished(release)
    const first = ben.bid(id, { amount: 1_000 })
    await expect.poll(() => faults.batches.length).toBeGreaterThan(stored)
    const asked = { token: ana.token, body: { amount: 5_000 }, headers: { 'idempotency-key': 'k' } }
    const bidding = ask(house.url, `POST /v1/auctions/${id}/bids`, asked)
    const channel = watch(house.url, id, '', ana.token)
    await channel.next('you')
    channel.send({ type: 'bid', key: 'c', amount: 6_000 })
    for (let i = 0; i < 10; i += 1) await Promise.all([turn(), ask(house.url, 'GET /readyz')])
    await revoke(house, ana, seller)
    release()
    await first
    expect([401, 403]).toContain((await bidding).status)
    expect(channel.all('ack')).toEqual([])
    expect(await house.admin.auction(id)).toMatchObject({ seq: 3, bidCount: 1, price: 1_000 })
  })
