import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { limits } from '../../src/config/limits.ts'
import type { Client } from '../../src/sdk/index.ts'
import { quantile } from '../support/load.ts'
import { painted } from '../support/pictures.ts'
import { type House, openHouse } from '../support/service.ts'
import { FRAME_MS, expectCalm, forgetFrames, seenBy, watchLayout } from './layout.ts'
import { type Drawn, type FirstSight, PHONE, slowDown, watchFigures, watchFirst } from './timings.ts'
import { DESKTOP, SPANISH_PHONE, at, bid, bidder, enter, price, visit } from '../browser/visitors.ts'

const FIRST_PRICE_MS = 1_000
/** A busy machine makes a load slower, never faster than the link: the best one is what the page can do. */
const LOADS_MAX = 12
const ON_SCREEN_MS = 100
const SILENT_MS = 3_000
const ROUNDS_MAX = 4

/** A page of somebody with a slow telephone and nothing kept, until they see the price, and then the faces and the picture. */
async function loadSlowly(house: House, id: string, locale: string): Promise<FirstSight> {
  const page = await visit(house, { ...PHONE, locale })
  await slowDown(page)
  await watchLayout(page)
  const firstSight = await watchFirst(page, 'price')
  await page.goto(`/auctions/${id}`, { waitUntil: 'commit' })
  const seen = await firstSight()
  await page.locator('[data-phase=live]').waitFor()
  await page.evaluate(() => document.fonts.ready)
  await expectCalm(page)
  await page.context().close()
  return seen
}

for (const [name, locale, text] of [
  ['English', 'en-GB', '€1,039.00'],
  ['Spanish', 'es-ES', '1.039,00\u00a0€'],
] as const)
  test(`a slow telephone shows the first price within ${FIRST_PRICE_MS} ms, with nothing kept: ${name}`, async () => {
    const house = await openHouse()
    const picture = await house.admin.upload(new Blob([await painted(1_200, 900)], { type: 'image/png' }))
    const told = { title: 'A clock', description: 'It runs. '.repeat(60), images: [picture.url] }
    const id = await house.auction({ ...told, terms: { startPrice: 100_000, increments: 100 } })
    const rivals = [await house.person('one'), await house.person('two')] as const
    await rally(rivals, id, 100_000, 40, 1_000)
    const loads: number[] = []
    do {
      const seen = await loadSlowly(house, id, locale)
      expect(seen.text).toBe(text)
      loads.push(Math.round(seen.afterMs))
    } while (Math.min(...loads) > FIRST_PRICE_MS && loads.length < LOADS_MAX)
    expect(Math.min(...loads), `loads took ${loads.join(', ')} ms`).toBeLessThanOrEqual(FIRST_PRICE_MS)
  }, 60_000)

type Taken = { readonly amount: number; readonly at: number }

/** How long after its bid was taken, thus before it was committed, each price or a later one was on screen. */
const waits = (taken: readonly Taken[], drawn: readonly Drawn[]) =>
  taken.map((made) => (drawn.find(({ figure }) => figure >= made.amount)?.at ?? Infinity) - made.at)

/** One by one, at any moment of a frame: a price that comes late is not covered up by the next one. */
async function hundredBids(room: Page, rivals: readonly [Client, Client], id: string, from: number): Promise<Taken[]> {
  const taken: Taken[] = []
  for (let n = 1; n <= 100; n += 1) {
    const { bid: made } = await rivals[n % 2]!.bid(id, { amount: from + n * 100 })
    taken.push({ amount: made.amount, at: Date.parse(made.at) })
    await price(room, made.amount)
    await room.waitForTimeout((n * 37) % 100)
  }
  return taken
}

test(`95 of 100 new prices are on screen within ${ON_SCREEN_MS} ms of their commit, in the catalogue a tick later`, async () => {
  const house = await openHouse()
  const id = await house.auction({ terms: { startPrice: 100_000, increments: 100 } })
  const rivals = [await house.person('one'), await house.person('two')] as const
  const [room, catalogue] = [await visit(house, PHONE), await visit(house)]
  const [inRoom, inCatalogue] = [
    await watchFigures(room, '[data-testid=price]'),
    await watchFigures(catalogue, '.lot-price'),
  ]
  await enter(room, id)
  await catalogue.goto('/', { waitUntil: 'networkidle' })
  await at(catalogue, 'lot').waitFor()

  // What is late by itself is late in every round; a machine that was busy in one may be less so in the next.
  const latest: { room: number; catalogue: number }[] = []
  const isSoon = () =>
    latest.some((all) => all.room <= ON_SCREEN_MS && all.catalogue <= ON_SCREEN_MS + limits.pricesEveryMs)
  while (!isSoon() && latest.length < ROUNDS_MAX) {
    const taken = await hundredBids(room, rivals, id, 100_000 + latest.length * 10_000)
    await room.waitForTimeout(limits.pricesEveryMs * 3)
    const roomWaits = waits(taken, await inRoom())
    expect(Math.min(...roomWaits)).toBeGreaterThanOrEqual(0)
    latest.push({ room: quantile(roomWaits, 0.95), catalogue: quantile(waits(taken, await inCatalogue()), 0.95) })
  }
  expect(isSoon(), JSON.stringify(latest)).toBe(true)
}, 150_000)

/** Two rivals outbid each other, so many times a second. */
async function rally(rivals: readonly [Client, Client], id: string, from: number, bids: number, perSecond: number) {
  const began = performance.now()
  for (let n = 0; n < bids; n += 1) {
    await rivals[n % 2]!.bid(id, { amount: from + n * 100 })
    const due = began + ((n + 1) * 1_000) / perSecond
    const rest = due - performance.now()
    if (rest > 0) await new Promise((resolve) => setTimeout(resolve, rest))
  }
  return (bids * 1_000) / (performance.now() - began)
}

for (const [name, options] of Object.entries({ desktop: DESKTOP, phone: { ...SPANISH_PHONE, isMobile: true } }))
  test(`nothing jumps and no frame is late while 20 bids a second come in: ${name}`, async () => {
    const house = await openHouse()
    const softClose = { windowSeconds: 600, extensionSeconds: 600 }
    const terms = { startPrice: 100_000, increments: 100, softClose }
    const id = await house.auction({ title: 'A clock', description: 'It runs.', terms, durationSeconds: 700 })
    const rivals = [await house.person('one'), await house.person('two')] as const
    const { page } = await bidder(house, 'ana', options)
    await watchLayout(page)
    await rally(rivals, id, 100_000, 14, 1_000)
    await enter(page, id)
    expect(await bid(page)).toBe('leading')
    await page.waitForTimeout(600)
    await forgetFrames(page)

    const rate = await rally(rivals, id, 101_600, 100, 20)
    expect(rate).toBeGreaterThan(15)
    await at(page, 'price').and(page.locator('[data-minor="111500"]')).waitFor()
    const { frames } = await seenBy(page)
    const sorted = frames.toSorted((a, b) => a - b)
    expect(frames.length).toBeGreaterThan(200)
    expect(sorted[Math.floor(frames.length / 2)]).toBeLessThan(FRAME_MS * 1.1)
    // Of a hundred frames three may be late: this machine may be busy with something else.
    expect(sorted[Math.floor(frames.length * 0.97)]).toBeLessThan(FRAME_MS * 2.5)

    await house.admin.close(id)
    await at(page, 'result').waitFor()
    await page.waitForTimeout(300)
    await expectCalm(page)
  })

test(`close to the end a link that dies silently is said within ${SILENT_MS} ms`, async () => {
  const house = await openHouse()
  const id = await house.auction({ durationSeconds: 100 })
  const { page } = await bidder(house, 'ana')
  let isDead = false
  await page.routeWebSocket(/live/, (link) => {
    const service = link.connectToServer()
    link.onMessage((text) => (isDead ? undefined : service.send(text)))
    service.onMessage((text) => (isDead ? undefined : link.send(text)))
  })
  await enter(page, id)
  await page.waitForTimeout(2_000)
  const died = performance.now()
  isDead = true
  await page.locator('[data-phase=silent]').waitFor()
  expect(performance.now() - died).toBeLessThanOrEqual(SILENT_MS)
})
