/** `npm run screenshots [name]`: every page, for phone and desktop, light and dark, in both languages, into screenshots/. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { readConfig } from '../../src/config.ts'
import { openDemoHouse } from '../../src/demo.ts'
import { serve } from '../../src/main.ts'
import { Client } from '../../src/sdk/index.ts'
import { openBrowser } from '../support/browser.ts'

const root = join(import.meta.dirname, '..', '..')
const folder = join(root, 'screenshots')

const sizes = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 900 } }
const languages = { en: 'en-GB', es: 'es-ES' }
const schemes = ['light', 'dark'] as const

type Account = { readonly email: string; readonly password: string }
type Guests = { readonly admin: Account; readonly bidders: readonly [Account, Account] }

type Scene = {
  readonly name: string
  readonly path: string
  readonly as?: Account
  /** What is done before the picture is taken. */
  readonly act?: (page: Page) => Promise<void>
  readonly script?: false
  /** Only what is in sight: a bar at the foot of a whole page would be nowhere. */
  readonly whole?: false
}

/** The demo house, with one auction that Ana leads, one that she lost, and one that is hers. */
async function openHouse(dataDir: string, embedding: string) {
  const environment = { HOST: '127.0.0.1', PORT: '0', RATE_LIMITS: 'off', LOG_LEVEL: 'error' }
  const config = readConfig({ ...environment, DATA_DIR: dataDir, ALLOWED_ORIGINS: embedding })
  const demo = openDemoHouse(config)!
  const service = await serve(demo.config)
  const stop = await demo.furnish(service.url)
  const guests = JSON.parse(readFileSync(join(dataDir, 'demo.json'), 'utf8')) as Guests
  const [ana, ben] = [new Client(service.url), new Client(service.url)]
  await ana.signIn(guests.bidders[0].email, guests.bidders[0].password)
  await ben.signIn(guests.bidders[1].email, guests.bidders[1].password)
  const { items } = await ana.auctions({ limit: 100 })
  const named = (title: string) => items.find((lot) => lot.title.includes(title))!.id
  const lots = {
    camera: named('Leica'),
    chairs: named('Thonet'),
    sign: named('Enamel'),
    chess: named('Chess'),
    clock: named('Mantel'),
    map: named('Sea chart'),
  }
  await ana.bid(lots.camera, { maximum: 150_000 })
  await ana.bid(lots.chairs, { amount: 24_000 })
  await ben.bid(lots.chairs, { amount: 26_000 })
  return { url: service.url, lots, guests, close: async () => (stop(), service.close()) }
}

type House = Awaited<ReturnType<typeof openHouse>>

const settle = (ms: number) => (page: Page) => page.waitForTimeout(ms)

function scenes({ lots, guests: { admin, bidders } }: House, embedding: string): Scene[] {
  const [ana] = bidders
  const desk = (tab: string): Scene => ({ name: `desk-${tab}`, path: `/desk#${tab}`, as: admin, act: settle(1_500) })
  return [
    { name: 'catalogue', path: '/' },
    { name: 'catalogue-list', path: '/', as: ana, act: layOut('compact') },
    { name: 'catalogue-cards', path: '/', as: ana, act: layOut('cards') },
    { name: 'catalogue-nothing', path: '/?q=nothing+like+it' },
    { name: 'saleroom-visitor', path: `/auctions/${lots.chess}`, whole: false },
    { name: 'saleroom-leading', path: `/auctions/${lots.camera}`, as: ana, whole: false },
    { name: 'saleroom-outbid', path: `/auctions/${lots.chairs}`, as: ana, whole: false },
    {
      name: 'saleroom-maximum',
      path: `/auctions/${lots.chairs}`,
      as: ana,
      whole: false,
      act: async (page) => {
        const more = page.locator('.toggle[aria-expanded=false]')
        if (await more.isVisible()) await more.click()
        await page.locator('input[name=mode][value=maximum]').check()
      },
    },
    {
      name: 'saleroom-first',
      path: `/auctions/${lots.chess}`,
      as: ana,
      whole: false,
      act: (page) => page.getByTestId('agree').click(),
    },
    {
      name: 'saleroom-whole',
      path: `/auctions/${lots.chess}`,
      whole: false,
      act: async (page) => {
        await page.setViewportSize({ ...page.viewportSize()!, height: 1_900 })
        await page.locator('#rules summary').click()
        await page.locator('input[value=chart]').check()
        await page.locator('.chart canvas').waitFor()
      },
    },
    { name: 'saleroom-upcoming', path: `/auctions/${lots.sign}`, whole: false },
    { name: 'saleroom-sold', path: `/auctions/${lots.clock}` },
    { name: 'film', path: `/auctions/${lots.clock}/film`, act: settle(1_500) },
    { name: 'saleroom-offline', path: `/auctions/${lots.camera}`, whole: false, act: goOffline },
    { name: 'no-script', path: `/auctions/${lots.camera}`, script: false },
    { name: 'bids', path: '/bids', as: ana, act: settle(500) },
    { name: 'account', path: '/account', as: ana },
    { name: 'sign-in', path: '/account' },
    { name: 'sign-in-to-bid', path: `/account?next=/auctions/${lots.chess}`, act: settle(800) },
    { name: 'sign-up', path: '/account#new' },
    { name: 'missing', path: '/nothing/here' },
    { name: 'lend', path: `/lend?${new URLSearchParams({ origin: embedding, auction: lots.chairs })}`, as: ana },
    { name: 'embed', path: embedding, act: (page) => page.locator('[data-phase=live]').waitFor() },
    ...['live', 'auctions', 'new', 'inbox', 'won', 'sent', 'people', 'house'].map(desk),
  ]
}

const layOut = (layout: string) => (page: Page) => page.locator(`input[name=layout][value=${layout}]`).check()

async function goOffline(page: Page): Promise<void> {
  await page.context().setOffline(true)
  await page.locator('[data-phase=offline]').waitFor()
}

type Look = {
  readonly size: keyof typeof sizes
  readonly scheme: (typeof schemes)[number]
  readonly language: keyof typeof languages
}

/** One window for a look: signed in and out as the scenes want it. */
async function take(browser: Browser, house: House, look: Look, all: readonly Scene[]): Promise<void> {
  const { size, scheme, language } = look
  const isPhone = size === 'phone'
  for (const account of new Set(all.map(({ as }) => as))) {
    const context = await browser.newContext({
      baseURL: house.url,
      viewport: sizes[size],
      deviceScaleFactor: isPhone ? 2 : 1,
      isMobile: isPhone,
      hasTouch: isPhone,
      colorScheme: scheme,
      locale: languages[language],
      timezoneId: 'Europe/Madrid',
    })
    if (account !== undefined) await signIn(await context.newPage(), account)
    for (const scene of all.filter(({ as }) => as === account)) {
      const own =
        scene.script === false
          ? await browser.newContext({
              javaScriptEnabled: false,
              baseURL: house.url,
              viewport: sizes[size],
              colorScheme: scheme,
              locale: languages[language],
            })
          : context
      const page = await own.newPage()
      await page.goto(scene.path)
      await page.waitForTimeout(700)
      await scene.act?.(page)
      await page.waitForTimeout(400)
      const path = join(folder, `${scene.name}-${size}-${scheme}-${language}.png`)
      await page.screenshot({ path, fullPage: scene.whole !== false })
      await (own === context ? page : own).close()
      await context.setOffline(false)
    }
    await context.close()
  }
}

async function signIn(page: Page, { email, password }: Account): Promise<void> {
  await page.goto('/account')
  await page.locator('#email').fill(email)
  await page.locator('#password').fill(password)
  await page.locator('button[type=submit]').click()
  await page.locator('.account-page header h1').waitFor()
  await page.close()
}

const site = createServer((_request, response) => response.setHeader('content-type', 'text/html').end(embeddingPage()))
await new Promise<void>((resolve) => site.listen(0, 'localhost', resolve))
const embedding = `http://localhost:${(site.address() as AddressInfo).port}`
const dataDir = mkdtempSync(join(tmpdir(), 'martillo-screenshots-'))
const house = await openHouse(dataDir, embedding)

function embeddingPage(): string {
  return `<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
    <title>A page elsewhere</title><body style="font:16px/1.5 Georgia,serif;max-width:24rem;margin:2rem auto;padding:0 1rem">
    <h1>A page elsewhere</h1><p>An auction of the house, shown live on another site.</p>
    <script src="${house.url}/embed.js" async></script><martillo-auction id="${house.lots.camera}" lang=""></martillo-auction>`
}

const [only] = process.argv.slice(2)
const browser = await openBrowser()
mkdirSync(folder, { recursive: true })
try {
  const all = scenes(house, embedding).filter(({ name }) => only === undefined || name.startsWith(only))
  for (const size of ['phone', 'desktop'] as const)
    for (const scheme of schemes)
      for (const language of ['en', 'es'] as const) await take(browser, house, { size, scheme, language }, all)
  console.log(`${all.length * 8} screenshots in ${folder}`)
} finally {
  await browser.close()
  await house.close()
  site.close()
  rmSync(dataDir, { recursive: true, force: true })
}
