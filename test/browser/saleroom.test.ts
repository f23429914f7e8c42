import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { Client } from '../../src/sdk/index.ts'
import { openBrowser } from '../support/browser.ts'
import { freePort } from '../support/process.ts'
import { type House, openHouse, temporaryFolder } from '../support/service.ts'

let browser: Browser
beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(() => browser.close())

const DESKTOP: BrowserContextOptions = { viewport: { width: 1280, height: 900 }, locale: 'en-GB', timezoneId: 'UTC' }
const SPANISH_PHONE: BrowserContextOptions = {
  viewport: { width: 360, height: 740 },
  locale: 'es-ES',
  timezoneId: 'Europe/Madrid',
}

/** A page of a new visitor; whatever goes wrong in it fails the test. */
async function visit(house: House, options = DESKTOP): Promise<Page> {
  const context = await browser.newContext({ ...options, baseURL: house.url })
  const page = await context.newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => {
    if (/Content.Security.Policy/i.test(message.text())) errors.push(message.text())
  })
  onTestFinished(async () => {
    await context.close()
    expect(errors).toEqual([])
  })
  return page
}

/** Signs up somebody and signs them in by hand; gives their page and a client of theirs. */
async function bidder(house: House, name: string, options = DESKTOP): Promise<{ page: Page; client: Client }> {
  const account = { email: `${name}@people.example`, password: `password of ${name}`, displayName: name }
  const client = new Client(house.url)
  await client.signUp(account)
  await client.signIn(account.email, account.password)
  const page = await visit(house, options)
  await page.goto('/account?next=/')
  await page.locator('#email').fill(account.email)
  await page.locator('#password').fill(account.password)
  await page.locator('button[type=submit]').click()
  await page.waitForURL(`${house.url}/`)
  return { page, client }
}

const at = (page: Page, name: string) => page.getByTestId(name)

async function enter(page: Page, auctionId: string): Promise<void> {
  await page.goto(`/auctions/${auctionId}`)
  await at(page, 'price').waitFor()
  await page.locator('[data-phase=live]').waitFor()
}

/** Bids what the form says, or another amount, through the confirmation where one is asked for. */
async function bid(page: Page, amount?: string, mode: 'exact' | 'maximum' = 'exact'): Promise<string> {
  const choice = page.locator(`input[name=mode][value=${mode}]`)
  if (await choice.isVisible()) await choice.check()
  if (amount !== undefined) await page.locator('#amount').fill(amount)
  await at(page, 'bid').click()
  const answer = page.locator('[data-answer]:not([data-answer=sending])')
  await at(page, 'confirm-bid').or(answer).first().waitFor()
  const confirm = page.locator('[data-testid=confirm-bid][aria-disabled=false]')
  if (await at(page, 'confirm').isVisible()) await confirm.click()
  await answer.waitFor()
  return (await answer.getAttribute('data-answer')) ?? ''
}

const price = (page: Page, minor: number) => page.locator(`[data-testid=price][data-minor="${minor}"]`).waitFor()
const standing = (page: Page, word: string) => page.locator(`[data-testid=standing][data-standing=${word}]`).waitFor()
const rows = (page: Page) => at(page, 'history').locator('tr').count()

/** Everything that came in on the page's sockets and by REST. */
function listenIn(page: Page): string[] {
  const heard: string[] = []
  page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => heard.push(String(payload))))
  return heard
}

test('two bidders and a watcher: outbid, extension, lost connection and catch-up, close', async () => {
  const house = await openHouse()
  const softClose = { windowSeconds: 600, extensionSeconds: 600 }
  const terms = { startPrice: 1_000, increments: 100, softClose }
  const auctionId = await house.auction({ title: 'A clock', terms, durationSeconds: 300 })
  const { page: ana } = await bidder(house, 'ana')
  const { page: ben } = await bidder(house, 'ben', SPANISH_PHONE)
  const watcher = await visit(house)
  const heard = [ben, watcher].map(listenIn)
  for (const page of [ana, ben, watcher]) await enter(page, auctionId)
  expect(await at(watcher, 'bid').count()).toBe(0)

  // The first bid is confirmed, leads, and moves the end that is near for everyone.
  expect(await bid(ana, '777.77', 'maximum')).toBe('leading')
  await standing(ana, 'leading')
  for (const page of [ana, ben, watcher]) {
    await price(page, 1_000)
    await at(page, 'extended').waitFor()
  }

  // A standing maximum answers at once, and the one who bid learns why.
  expect(await bid(ben, '20,50')).toBe('outbid')
  await standing(ben, 'outbid')
  expect(await at(ben, 'answer').textContent()).toContain('máximo')
  await price(watcher, 2_150)
  // The maximum that stands was in nothing that others received.
  expect(heard.every((frames) => frames.length > 0)).toBe(true)
  expect(heard.flat().filter((frame) => frame.includes('77777'))).toEqual([])

  // Whoever is offline sees that what is shown is old, cannot bid, and catches up.
  await ana.context().setOffline(true)
  await ana.locator('[data-phase=offline]').waitFor()
  expect(await at(ana, 'bid').isDisabled()).toBe(true)
  expect(await bid(ben, '800,00')).toBe('leading')
  await price(watcher, 80_000)
  expect(await at(ana, 'price').getAttribute('data-minor')).toBe('2150')
  await ana.context().setOffline(false)
  await ana.locator('[data-phase=live]').waitFor()
  await price(ana, 80_000)
  await standing(ana, 'outbid')
  expect(await ana.title()).toContain('Outbid')
  expect(await rows(ana)).toBe(3)

  // The hammer: everyone reads the same end, each in their own way.
  await house.admin.close(auctionId)
  for (const page of [ana, ben, watcher]) await page.locator('[data-testid=result][data-result=sold]').waitFor()
  await standing(ben, 'won')
  await standing(ana, 'lost')
  expect(await at(ben, 'result').textContent()).toContain('800,00')
  expect(await at(watcher, 'result').textContent()).toContain('Sold for €800.00 to paddle P2')
  expect(await ana.locator('[data-testid=bid]').count()).toBe(0)
})

test('a pressed button sends the amount it showed, whatever happened meanwhile', async () => {
  const house = await openHouse()
  const auctionId = await house.auction({ terms: { startPrice: 1_000, increments: 100 } })
  const { page: ana } = await bidder(house, 'ana')
  const { client: ben } = await bidder(house, 'ben')
  const { client: cleo } = await bidder(house, 'cleo')
  await enter(ana, auctionId)
  expect(await bid(ana)).toBe('leading')
  await ben.bid(auctionId, { amount: 1_100 })
  await ana.locator('[data-testid=minimum][data-minor="1200"]').waitFor()

  await at(ana, 'bid').hover()
  await ana.mouse.down()
  await cleo.bid(auctionId, { amount: 1_500 })
  await price(ana, 1_500)
  expect(await at(ana, 'bid').textContent()).toBe('Bid €12.00')
  await ana.mouse.up()
  await ana.locator('[data-answer=refused]').waitFor()
  expect(await at(ana, 'answer').textContent()).toContain('€16.00 or more')
  expect(await at(ana, 'bid').textContent()).toBe('Bid €16.00')
  expect((await cleo.bids(auctionId)).items.map(({ amount }) => amount)).toEqual([1_500, 1_100, 1_000])
})

test('a restart of the service is waited out, and bidding goes on', async () => {
  const dataDir = temporaryFolder()
  const environment = { PORT: String(await freePort()) }
  const first = await openHouse(environment, {}, dataDir)
  const auctionId = await first.auction({ terms: { startPrice: 1_000, increments: 100 } })
  const { page: ana } = await bidder(first, 'ana')
  await enter(ana, auctionId)
  expect(await bid(ana)).toBe('leading')
  await first.service.close()
  await ana.locator('[data-phase=reconnecting], [data-phase=offline]').first().waitFor()
  const second = await openHouse(environment, {}, dataDir)
  await (await second.person('ben')).bid(auctionId, { amount: 1_500 })
  await ana.locator('[data-phase=live]').waitFor()
  await price(ana, 1_500)
  await standing(ana, 'outbid')
  expect(await bid(ana)).toBe('leading')
})

test('the language changes at once, with every figure, and is kept', async () => {
  const house = await openHouse()
  const auctionId = await house.auction({ title: 'A clock', terms: { startPrice: 123_456 } })
  const page = await visit(house)
  await enter(page, auctionId)
  expect(await at(page, 'price').textContent()).toBe('€1,234.56')
  await at(page, 'language').click()
  expect(await at(page, 'price').textContent()).toMatch(/^1\.234,56\s€$/)
  expect(await page.locator('html').getAttribute('lang')).toBe('es')
  await page.reload()
  await page.getByText('Precio').or(page.getByText('Empieza en')).first().waitFor()
})
