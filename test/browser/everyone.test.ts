import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { Client } from '../../src/sdk/index.ts'
import { type House, openHouse, sharedHouse } from '../support/service.ts'
import { DESKTOP, at, enter, showMore, signInAs, visit } from './visitors.ts'

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
})

test('whoever uses the keyboard alone can bid, and sees where they are', async () => {
  const house = await sharedHouse()
  const id = await house.auction({ terms: { startPrice: 1_000, increments: 100 } })
  const ana = { email: 'ana@people.example', password: 'password of ana', displayName: 'Ana' }
  await house.admin.signUp(ana)
  const page = await visit(house)
  await signInAs(page, ana)
  await enter(page, id)
  await at(page, 'agree').press('Enter')
  await showMore(page)
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
  // Back to the amount, and forth to the button.
  for (const [key, goal] of [
    ['Shift+Tab', 'amount'],
    ['Tab', 'bid'],
  ] as const)
    for (let n = 0; n < 40 && names.at(-1) !== goal; n += 1) {
      await page.keyboard.press(key)
      const { name, seen } = await focused()
      names.push(name)
      if (!seen && (name === 'bid' || name === 'amount')) unseen.push(name)
    }
  expect(unseen).toEqual([])
  expect(names).toContain('amount')
  // The first bid of a lot: the key twice, where a finger holds.
  await page.keyboard.press('Enter')
  await page.locator('[data-testid=bid][data-stage=again]').waitFor()
  await page.waitForTimeout(500)
  expect((await focused()).name).toBe('bid')
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
})
