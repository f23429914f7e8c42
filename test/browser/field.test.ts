import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { openHouse, sharedHouse } from '../support/service.ts'
import { ADMIN } from '../support/people.ts'
import { DESKTOP, agree, at, bidder, enter, pressBid, price, visit } from './visitors.ts'

/** What failed for people who run auctions or bid in them, each made again here. */

/** As browsers translate: every text that may be is taken out of the page's hands. */
const translate = (page: Page) =>
  page.evaluate(() => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const nodes: Text[] = []
    while (texts.nextNode()) nodes.push(texts.currentNode as Text)
    for (const node of nodes) {
      if (node.parentElement!.closest('[translate=no], script, style') !== null || node.data.trim() === '') continue
      const [outer, inner] = [document.createElement('i'), document.createElement('i')]
      inner.textContent = node.data
      outer.append(inner)
      node.replaceWith(outer)
    }
  })

test('where a browser translates the page, price, clock, standing and button stay what is true', async () => {
  const house = await sharedHouse()
  const id = await house.auction({ durationSeconds: 100 })
  const { page, client } = await bidder(house, 'ana')
  await client.bid(id, { amount: 1_000 })
  await enter(page, id)
  await agree(page)
  await at(page, 'raise').waitFor()
  await translate(page)
  expect(await page.locator('i > i').count()).toBeGreaterThan(3)
  const clock = await at(page, 'clock').textContent()
  await (await house.person('ben')).bid(id, { amount: 2_900 })
  await price(page, 2_900)
  expect(await at(page, 'price').textContent()).toBe('€29.00')
  expect(await at(page, 'standing').textContent()).toContain('Outbid')
  expect(await at(page, 'bid').textContent()).toContain('Bid €30.00')
  await expect.poll(() => at(page, 'clock').textContent()).not.toBe(clock)
})

test('a device that slept says so, asks, and shows the time that it is', async () => {
  const house = await sharedHouse()
  const id = await house.auction({ durationSeconds: 600 })
  const page = await visit(house)
  await page.addInitScript(() => {
    const real = performance.now.bind(performance)
    let slept = 0
    performance.now = () => real() - slept
    Object.assign(globalThis, { sleep: (ms: number) => (slept += ms) })
  })
  await enter(page, id)
  const phases = page.evaluate(
    () =>
      new Promise<string[]>((resolve) => {
        const seen: string[] = []
        const node = document.querySelector<HTMLElement>('[data-testid=connection]')!
        new MutationObserver(() => {
          seen.push(node.dataset['phase']!)
          if (seen.length === 2) resolve(seen)
        }).observe(node, { attributeFilter: ['data-phase'] })
      }),
  )
  await page.evaluate(() => (globalThis as unknown as { sleep(ms: number): void }).sleep(15_000))
  expect(await phases).toEqual(['silent', 'live'])
  // The clock is drawn anew with its next tick.
  const off = async () => {
    const { closesAt, serverTime } = await house.admin.auction(id)
    const left = (Date.parse(closesAt!) - Date.parse(serverTime)) / 1_000
    const [minutes, seconds] = (await at(page, 'clock').textContent())!.split(':').map(Number)
    return Math.abs(minutes! * 60 + seconds! - left)
  }
  await expect.poll(off).toBeLessThan(2)
})

test('a browser of four years ago bids, and finds its bids again', async () => {
  const house = await openHouse()
  const id = await house.auction()
  const ana = { email: 'ana@people.example', password: 'password of ana', displayName: 'ana' }
  await (await house.person('x')).signUp(ana)
  const page = await visit(house)
  await page.addInitScript(() => {
    const { Iterator } = globalThis as unknown as { Iterator: { prototype: object } }
    const lacks: [object, string[]][] = [
      [Promise, ['withResolvers', 'try']],
      [Map, ['groupBy']],
      [Object, ['groupBy']],
      [URL, ['canParse', 'parse']],
      [Array.prototype, ['toSorted', 'toReversed', 'toSpliced', 'with']],
      [Array, ['fromAsync']],
      [Set.prototype, ['union', 'intersection', 'difference', 'isSubsetOf']],
      [AbortSignal, ['any']],
      [Uint8Array, ['fromBase64', 'fromHex']],
      [Uint8Array.prototype, ['toBase64', 'toHex', 'toSorted']],
      [globalThis, ['Iterator']],
      [Iterator.prototype, ['map', 'filter', 'toArray', 'find', 'some', 'every']],
    ]
    for (const [of, names] of lacks) for (const name of names) Reflect.deleteProperty(of, name)
  })
  await page.goto(`/account?next=/auctions/${id}`)
  await page.locator('#email').fill(ana.email)
  await page.locator('#password').fill(ana.password)
  await page.locator('button[type=submit]').click()
  await page.locator('[data-phase=live]').waitFor()
  await agree(page)
  await pressBid(page)
  await page.locator('[data-answer=leading]').waitFor()
  await page.locator('input[value=chart]').check()
  await page.locator('.chart canvas').waitFor()
  await page.goto('/bids')
  await at(page, 'my-lot').waitFor()
  await page.goto('/')
  await at(page, 'lot').waitFor()
  expect((await house.admin.auction(id)).bidCount).toBe(1)
})

test('what people wrote reads in its own direction, in the saleroom and in the catalogue', async () => {
  const house = await openHouse()
  const title = 'שעון קיר (1920), 3 חלקים!'
  const id = await house.auction({ title, description: title })
  const page = await visit(house)
  /** Where the first and the last sign stand. */
  const ends = (selector: string) =>
    page.locator(selector).evaluate((node) => {
      const text = document.createTreeWalker(node, NodeFilter.SHOW_TEXT).nextNode() as Text
      const x = (from: number) => {
        const range = document.createRange()
        range.setStart(text, from)
        range.setEnd(text, from + 1)
        return range.getBoundingClientRect().x
      }
      return { first: x(0), last: x(text.data.length - 1) }
    })
  await enter(page, id)
  for (const place of ['.lot-head h1', '.description']) {
    const { first, last } = await ends(place)
    expect(last).toBeLessThan(first)
  }
  await page.goto('/')
  await at(page, 'lot').waitFor()
  const { first, last } = await ends('.lot-card h2')
  expect(last).toBeLessThan(first)
})

describe('at the desk', () => {
  const MADRID = { ...DESKTOP, timezoneId: 'Europe/Madrid' }

  test('a time that comes twice keeps its offset when it is moved by a quarter of an hour', async () => {
    const house = await sharedHouse()
    // The second 02:30 in Madrid, after the clocks are put back.
    const year = new Date().getUTCFullYear() + 1
    const october = new Date(Date.UTC(year, 9, 31))
    const sunday = 31 - october.getUTCDay()
    const second = new Date(Date.UTC(year, 9, sunday, 1, 30)).toISOString()
    const id = await house.auction({ closesAt: second, durationSeconds: undefined, status: 'draft' } as never)
    const page = await visit(house, MADRID, ADMIN)
    await page.goto(`/desk#edit=${id}`)
    const field = page.locator('#closesAt')
    expect(await field.inputValue()).toMatch(/T02:30$/)
    await field.fill((await field.inputValue()).replace('02:30', '02:45'))
    await page.locator('#title').press('Enter')
    await at(page, 'notice').waitFor()
    const { closesAt } = await house.admin.auction(id)
    expect(Date.parse(closesAt!) - Date.parse(second)).toBe(15 * 60_000)
  })

  test('a device whose clock is two days ahead can say when an auction ends', async () => {
    const house = await openHouse()
    const page = await visit(house, DESKTOP, ADMIN)
    await page.addInitScript(() => {
      const real = Date.now.bind(Date)
      Date.now = () => real() + 2 * 86_400_000
    })
    await page.goto('/desk#new')
    await page.locator('#title').fill('Clock')
    await page.locator('#startPrice').fill('10')
    await page.getByLabel('A date').check()
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 16)
    await page.locator('#closesAt').fill(tomorrow)
    await page.locator('#title').press('Enter')
    await at(page, 'notice').waitFor()
    const { items } = await house.admin.auctions()
    expect(items[0]!.closesAt).toBe(`${tomorrow}:00.000Z`)
  })
})
