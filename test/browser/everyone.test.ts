import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { Client } from '../../src/sdk/index.ts'
import { ADMIN } from '../support/people.ts'
import { type House, openHouse } from '../support/service.ts'
import { DESKTOP, SPANISH_PHONE, at, enter, visit } from './visitors.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** The rules that look at colours. */
const OF_COLOURS = ['color-contrast', 'link-in-text-block']

/** What axe finds serious, moderate or worse, with where. */
async function faults(page: Page, rules: readonly string[] | null): Promise<string[]> {
  await page.evaluate(axe)
  const { violations } = await page.evaluate(
    (runOnly) =>
      (globalThis as unknown as { axe: { run(options: object): Promise<AxeResults> } }).axe.run(
        runOnly === null ? {} : { runOnly },
      ),
    rules,
  )
  return violations
    .filter(({ impact }) => impact !== 'minor')
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`))
}

async function signInAs(page: Page, { email, password }: { email: string; password: string }): Promise<void> {
  await page.goto('/account')
  await page.locator('#email').fill(email)
  await page.locator('#password').fill(password)
  await page.locator('button[type=submit]').click()
  await page.locator('.account-page header h1').waitFor()
}

/** A house with a lot of each kind, and somebody who bids in some. */
async function furnished(): Promise<{ house: House; ana: typeof ADMIN; open: string; over: string; upcoming: string }> {
  const house = await openHouse()
  const ana = { email: 'ana@people.example', password: 'password of ana', displayName: 'Ana' }
  await house.admin.signUp(ana)
  const client = new Client(house.url)
  await client.signIn(ana.email, ana.password)
  const rival = await house.person('rival')
  const softClose = { windowSeconds: 60, extensionSeconds: 60 }
  const terms = { startPrice: 1_000, reservePrice: 9_000, softClose }
  const open = await house.auction({ title: 'A clock', description: 'It runs.', terms })
  const over = await house.auction({ title: 'A chair' })
  const upcoming = await house.auction({
    title: 'A sign',
    terms: { startPrice: 1_000, buyNowPrice: 5_000 },
    opensAt: new Date(Date.now() + 600_000).toISOString(),
  })
  await client.bid(open, { maximum: 2_000 })
  await rival.bid(open, { amount: 1_500 })
  await client.bid(over, { amount: 1_000 })
  await house.admin.close(over)
  return { house, ana, open, over, upcoming }
}

for (const language of ['en-GB', 'es-ES'])
  for (const colorScheme of ['light', 'dark'] as const)
    test(`axe finds nothing serious or moderate on any page: ${language}, ${colorScheme}`, async () => {
      const { house, ana, open, over, upcoming } = await furnished()
      const found: Record<string, string[]> = {}
      const look = async (page: Page, name: string) => {
        // In the dark only the colours are others.
        const wrong = await faults(page, colorScheme === 'dark' ? OF_COLOURS : null)
        if (wrong.length > 0) found[name] = wrong
      }
      for (const size of [DESKTOP, SPANISH_PHONE]) {
        const stranger = await visit(house, { ...size, locale: language, colorScheme })
        for (const path of ['/', '/?q=nothing+at+all', '/account', '/bids', '/desk', '/nowhere', `/auctions/${over}`]) {
          await stranger.goto(path)
          await stranger.locator('h1').waitFor()
          await look(stranger, path)
        }
        const page = await visit(house, { ...size, locale: language, colorScheme })
        await signInAs(page, ana)
        await look(page, 'own account')
        await page.goto('/bids')
        await at(page, 'my-lot').first().waitFor()
        await look(page, 'own bids')
        await page.goto(`/auctions/${upcoming}`)
        await page.locator('[data-phase=live]').waitFor()
        await look(page, 'upcoming')
        await enter(page, open)
        await page.locator('#rules summary').click()
        await page.locator('.rules').waitFor()
        await look(page, 'leading, rules open')
        await at(page, 'raise').click()
        await look(page, 'raising')
        await page.locator('input[value=chart]').check()
        await page.locator('.chart canvas').waitFor()
        await look(page, 'chart')
        const admin = await visit(house, { ...size, locale: language, colorScheme })
        await signInAs(admin, ADMIN)
        for (const tab of ['live', 'auctions', 'new', 'people']) {
          await admin.goto(`/desk#${tab}`)
          await admin.reload()
          await admin.locator('h1').waitFor()
          await look(admin, `desk ${tab}`)
        }
      }
      expect(found).toEqual({})
    }, 120_000)

const SCRIPT = 'globalThis.hurt = true'
const HOSTILE = [
  `<script>${SCRIPT}</script>`,
  `</script><script>${SCRIPT}</script>`,
  `<img src=x onerror="${SCRIPT}">`,
  `"><svg onload=${SCRIPT}>`,
  `' onmouseover='${SCRIPT}`,
  `</title><script>${SCRIPT}</script>`,
  `</noscript><img src=x onerror=${SCRIPT}>`,
  `--><script>${SCRIPT}</script>`,
  `{{constructor.constructor('${SCRIPT}')()}}`,
  `\${${SCRIPT}}`,
  `javascript:${SCRIPT}//`,
  `$&$1$\`$'<!--head-->`,
  `\\u003cscript\\u003e${SCRIPT}`,
  `&lt;script&gt;${SCRIPT}&lt;/script&gt;`,
  `<a href="javascript:${SCRIPT}">x</a>`,
  `<iframe srcdoc="<script>${SCRIPT}</script>">`,
  `<style>*{display:none}</style>`,
  `<base href="//evil.example/">`,
  `<meta http-equiv=refresh content="0;url=//evil.example">`,
  `]]>{"type":"x"}`,
]
const WRAPS = [
  (text: string) => text,
  (text: string) => `${text.toUpperCase()}!`,
  (text: string) => `A clock ${text}`,
  (text: string) => `${text} ${text}`,
  (text: string) => `é 日本 ${text}`,
  (text: string) => `${text.replaceAll('<', '< ')} …`,
  (text: string) => `${text.replaceAll(' ', '/')}/`,
  (text: string) => `<div>${text}</div>`,
  (text: string) => `"${text}"`,
  (text: string) => `'${text}'`,
]

test('200 hostile titles and descriptions are shown as text, and do nothing', async () => {
  const house = await openHouse()
  const hostile = HOSTILE.flatMap((text) => WRAPS.map((wrap) => wrap(text).slice(0, 200)))
  expect(new Set(hostile).size).toBe(200)
  const ids: string[] = []
  for (const text of hostile) ids.push(await house.auction({ title: text, description: text }))
  const shown = (text: string) => text.normalize('NFC').trim().replace(/\s+/g, ' ')
  const isUnhurt = async (page: Page) => {
    expect(await page.evaluate(() => 'hurt' in globalThis)).toBe(false)
    expect(page.url().startsWith(house.url)).toBe(true)
  }

  const page = await visit(house)
  await page.goto('/?sort=newest')
  while ((await page.getByTestId('lot').count()) < 200)
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight))
  const titles = await page.locator('.lot-card h2').allTextContents()
  expect(titles.map(shown).sort()).toEqual(hostile.map(shown).sort())
  await isUnhurt(page)

  // Each text, and each way to wrap one, in a page that runs and in one without JavaScript, which the service has written.
  const some = HOSTILE.map((_, i) => i * WRAPS.length + (i % WRAPS.length))
  const plain = await visit(house, { ...DESKTOP, javaScriptEnabled: false })
  for (const i of some) {
    const text = hostile[i]!
    await page.goto(`/auctions/${ids[i]}`, { waitUntil: 'domcontentloaded' })
    await page.locator('h1').waitFor()
    expect(shown((await page.locator('h1').textContent()) ?? '')).toBe(shown(text))
    expect(shown((await page.locator('.description').textContent()) ?? '')).toBe(shown(text))
    await isUnhurt(page)
    await plain.goto(`/auctions/${ids[i]}`)
    expect(shown((await plain.locator('h1').textContent()) ?? '')).toBe(shown(text))
    expect(await plain.title()).toBe(`${shown(text)} – Martillo`)
    expect(await plain.locator('main').locator('script, iframe, style, base, meta, svg, img').count()).toBe(0)
  }

  // All of them as the browser reads what the service has written: nothing but text differs from a harmless one.
  const harmless = await house.auction({ title: 'A clock', description: 'It runs.' })
  const read = async (id: string) => {
    const html = await (await fetch(`${house.url}/auctions/${id}`)).text()
    return page.evaluate((written) => {
      const parsed = new DOMParser().parseFromString(written, 'text/html')
      const outline = (node: Element): string =>
        `<${node.localName} ${node.getAttributeNames().join(' ')}>${[...node.children].map(outline).join('')}</>`
      const { textContent } = parsed.querySelector('main h1')!
      return { outline: outline(parsed.documentElement), title: parsed.title, heading: textContent }
    }, html)
  }
  const { outline } = await read(harmless)
  for (const [i, text] of hostile.entries()) {
    const { heading, ...written } = await read(ids[i]!)
    expect(shown(heading)).toBe(shown(text))
    expect(written).toEqual({ outline, title: `${shown(text)} – Martillo` })
  }
}, 180_000)

test('whoever uses the keyboard alone can bid, and sees where they are', async () => {
  const house = await openHouse()
  const id = await house.auction({ terms: { startPrice: 1_000, increments: 100 } })
  const ana = { email: 'ana@people.example', password: 'password of ana', displayName: 'Ana' }
  await house.admin.signUp(ana)
  const page = await visit(house)
  await signInAs(page, ana)
  await enter(page, id)
  const focused = () =>
    page.evaluate(() => {
      const node = document.activeElement!
      const { outlineStyle, outlineWidth } = getComputedStyle(node)
      return {
        name: node.getAttribute('data-testid') ?? node.id,
        seen: outlineStyle !== 'none' && outlineWidth !== '0px',
      }
    })
  const names: string[] = []
  const unseen: string[] = []
  for (let n = 0; n < 40 && names.at(-1) !== 'bid'; n += 1) {
    await page.keyboard.press('Tab')
    const { name, seen } = await focused()
    names.push(name)
    if (!seen && (name === 'bid' || name === 'amount')) unseen.push(name)
  }
  expect(unseen).toEqual([])
  expect(names).toContain('amount')
  await page.keyboard.press('Enter')
  await page.locator('[data-testid=confirm-bid][aria-disabled=false]').waitFor()
  expect((await focused()).name).toBe('confirm-bid')
  await page.keyboard.press('Enter')
  await page.locator('[data-testid=standing][data-standing=leading]').waitFor()
  expect(await bidCount(house, id)).toBe(1)
})

async function bidCount(house: House, id: string): Promise<number> {
  return (await house.admin.auction(id)).bidCount
}

test('at 200 % zoom, on a narrow screen, nothing is cut off sideways and bidding can be reached', async () => {
  const house = await openHouse()
  const long = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerk'
  const account = { email: 'ana@people.example', password: 'password of ana', displayName: long }
  await house.admin.signUp(account)
  await house.admin.patchUser((await house.admin.users({ q: 'ana@' })).items[0]!.id, { role: 'seller' })
  const seller = new Client(house.url)
  await seller.signIn(account.email, account.password)
  const description = `https://example.org/${'a'.repeat(120)}`
  const lot = { title: long.repeat(3), description, currency: 'EUR', durationSeconds: 3_600 }
  const { id } = await seller.create({ ...lot, terms: { startPrice: 1_000_000_000_000 } })
  const other = await house.auction({ title: 'w'.repeat(200), terms: { startPrice: 1_000_000_000_000 } })
  await seller.bid(other, { maximum: 2_000_000_000_000 })
  for (const viewport of [
    { width: 640, height: 400 },
    { width: 320, height: 640 },
  ]) {
    const page = await visit(house, { ...DESKTOP, viewport })
    const tooWide: string[] = []
    const look = async (path: string) => {
      await page.goto(path)
      await page.reload()
      await page.locator('h1').waitFor()
      await page.waitForTimeout(300)
      const [inner, whole] = await page.evaluate(() => [innerWidth, document.documentElement.scrollWidth] as const)
      if (whole > inner) tooWide.push(`${path} at ${viewport.width}: ${whole}`)
    }
    for (const path of ['/', '/account', `/auctions/${id}`]) await look(path)
    await page.getByRole('link', { name: 'Sign in to bid' }).click()
    await page.waitForURL('**/account**')
    await signInAs(page, account)
    for (const path of ['/bids', '/account', `/auctions/${other}`, '/desk#live', '/desk#auctions', '/desk#new'])
      await look(path)
    expect(tooWide).toEqual([])
  }
}, 60_000)
