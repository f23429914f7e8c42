import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { Client } from '../../src/sdk/index.ts'
import { ADMIN } from '../support/people.ts'
import { type House, openHouse } from '../support/service.ts'
import { WORDS_AND_COLOURS, faults } from './faults.ts'
import { DESKTOP, SPANISH_PHONE, at, enter, signInAs, visit } from './visitors.ts'

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
  const open = await house.auction({ title: 'A clock', description: 'It runs.', terms, room: { messages: 'members' } })
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
  await rival.say(open, 'Does it strike?')
  await house.admin.say(open, 'Every quarter of an hour.')
  return { house, ana, open, over, upcoming }
}

for (const [language, colorScheme, rules] of [
  ['en-GB', 'light', null],
  ['es-ES', 'dark', WORDS_AND_COLOURS],
] as const)
  test(`axe finds nothing serious or moderate on any page: ${language}, ${colorScheme}`, async () => {
    const { house, ana, open, over, upcoming } = await furnished()
    const found: Record<string, string[]> = {}
    const look = async (page: Page, name: string) => {
      const wrong = await faults(page, rules)
      if (wrong.length > 0) found[name] = wrong
    }
    for (const size of [DESKTOP, SPANISH_PHONE]) {
      const stranger = await visit(house, { ...size, locale: language, colorScheme })
      for (const path of [
        '/',
        '/?q=nothing+at+all',
        '/account',
        '/bids',
        '/desk',
        '/nowhere',
        '/docs/channel',
        `/auctions/${over}`,
        `/auctions/${over}/film`,
      ]) {
        await stranger.goto(path)
        await stranger.locator('h1').waitFor()
        await look(stranger, path)
      }
      await stranger.close()
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
      const door = at(page, 'talk-door').and(page.locator('[aria-expanded=false]'))
      if (await door.isVisible()) await door.click()
      await page.locator('.said').first().waitFor()
      await look(page, 'talking')
      await page.close()
      const admin = await visit(house, { ...size, locale: language, colorScheme }, ADMIN)
      for (const tab of ['live', 'auctions', 'new', 'inbox', 'sent', 'people', 'house']) {
        await admin.goto(`/desk#${tab}`)
        await admin.reload()
        await admin.locator('h1').waitFor()
        await look(admin, `desk ${tab}`)
      }
      await admin.close()
    }
    expect(found).toEqual({})
  })
