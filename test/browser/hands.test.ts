import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { FaultyStore } from '../support/faulty-store.ts'
import { openHouse, sharedHouse } from '../support/service.ts'
import { SPANISH_PHONE, agree, at, bidder, enter, pressBid, price, showMore, visit } from './visitors.ts'

/** Keys, focus, and the way in. */

const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('data-testid') ?? null)

test('one key from the top of the panel leads to the bid button, and bids keep the focus, also when outbid', async () => {
  const house = await sharedHouse()
  const id = await house.auction()
  const { page } = await bidder(house, 'ana')
  await enter(page, id)
  await agree(page)
  await page.locator('.rostrum').evaluate((panel) => {
    panel.setAttribute('tabindex', '-1')
    ;(panel as HTMLElement).focus()
  })
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  expect(await focused(page)).toBe('bid')
  await page.keyboard.press('Enter')
  await page.waitForTimeout(450)
  await page.keyboard.press('Enter')
  await at(page, 'raise').waitFor()
  await expect.poll(() => focused(page)).toBe('raise')
  await (await house.person('ben')).bid(id, { amount: 3_000 })
  await at(page, 'bid').waitFor()
  await expect.poll(() => focused(page)).toBe('bid')
})

test('it is one button through consent, bid, question, lead and being outbid, and it keeps the focus while a bid is on its way', async () => {
  const faulty = new FaultyStore()
  const house = await openHouse({}, { wrapStore: faulty.wrap })
  const id = await house.auction()
  const { page } = await bidder(house, 'ana')
  await enter(page, id)
  const marked = () => page.evaluate(() => document.activeElement?.getAttribute('data-marked') ?? null)
  await at(page, 'agree').evaluate((button) => button.setAttribute('data-marked', 'it'))
  await at(page, 'agree').press('Enter')
  await at(page, 'bid').waitFor()
  expect(await marked()).toBe('it')
  await showMore(page)
  await page.locator('#amount').fill('900')
  await pressBid(page)
  await at(page, 'confirm-bid').waitFor()
  expect(await marked()).toBe('it')
  await page.keyboard.press('Escape')
  await at(page, 'bid').waitFor()
  expect(await marked()).toBe('it')
  await page.locator('#amount').fill('10')
  const release = faulty.hold()
  await pressBid(page)
  await page.locator('[data-answer=sending]').waitFor()
  expect(await marked()).toBe('it')
  release()
  await at(page, 'raise').waitFor()
  expect(await marked()).toBe('it')
  await (await house.person('ben')).bid(id, { amount: 3_000 })
  await at(page, 'bid').waitFor()
  expect(await marked()).toBe('it')
})

test.each(['finger', 'key'])('what the button becomes under a %s that stays down was not pressed', async (held) => {
  const house = await sharedHouse()
  const id = await house.auction()
  const { page, client } = await bidder(house, 'ana')
  await client.bid(id, { amount: 1_000 })
  await enter(page, id)
  await at(page, 'raise').focus()
  await at(page, 'raise').hover()
  await (held === 'finger' ? page.mouse.down() : page.keyboard.down('Space'))
  await (await house.person('ben')).bid(id, { amount: 2_000 })
  await at(page, 'bid').and(page.locator('[aria-disabled=false]')).waitFor()
  await (held === 'finger' ? page.mouse.up() : page.keyboard.up('Space'))
  await page.waitForTimeout(300)
  expect((await house.admin.auction(id)).leader).toBe('P2')
  await (held === 'finger' ? at(page, 'bid').click() : page.keyboard.press('Space'))
  await at(page, 'raise').waitFor()
})

test('the button that takes the place of another is not pressed by who meant that one', async () => {
  const house = await sharedHouse()
  const id = await house.auction()
  const { page, client } = await bidder(house, 'ana')
  await client.bid(id, { amount: 1_000 })
  await enter(page, id)
  await at(page, 'raise').waitFor()
  // An exact bid leads: there is no maximum to raise.
  expect(await at(page, 'raise').innerText()).toBe('Set a maximum')
  const ben = await house.person('ben')
  const pressed = page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        const look = () => {
          const button = document.querySelector<HTMLElement>('[data-testid=bid]')
          if (button === null) return void requestAnimationFrame(look)
          for (const ms of [0, 100, 200, 300]) setTimeout(() => button.click(), ms)
          setTimeout(resolve, 800)
        }
        look()
      }),
  )
  await ben.bid(id, { amount: 2_000 })
  await pressed
  expect((await house.admin.auction(id)).leader).toBe('P2')
  await at(page, 'bid').click()
  await at(page, 'raise').waitFor()
})

test('a chosen step that others have passed gives way to the next bid', async () => {
  const house = await sharedHouse()
  const id = await house.auction({ terms: { startPrice: 10_000, increments: 500 } })
  const { page, client } = await bidder(house, 'ana')
  const ben = await house.person('ben')
  await client.bid(id, { amount: 10_000 })
  await ben.bid(id, { amount: 11_000 })
  await enter(page, id)
  await page.locator('.step').nth(1).click()
  await at(page, 'bid').getByText('Bid €120.00').waitFor()
  await ben.bid(id, { maximum: 14_500 }).catch(() => undefined)
  await (await house.person('cleo')).bid(id, { amount: 15_000 })
  await at(page, 'bid').getByText('Bid €155.00').waitFor()
  await at(page, 'bid').click()
  await at(page, 'raise').waitFor()
  expect((await house.admin.auction(id)).leader).toBe('P1')
})

test('a bid that came too late says so where the result is', async () => {
  const house = await sharedHouse()
  const id = await house.auction()
  const { page, client } = await bidder(house, 'ana')
  await client.bid(id, { amount: 1_000 })
  await (await house.person('ben')).bid(id, { amount: 2_000 })
  // The socket takes everything but the bid.
  await page.addInitScript(() => {
    globalThis.WebSocket = class extends WebSocket {
      override send(text: string): void {
        if (!text.includes('"bid"')) super.send(text)
      }
    }
  })
  await enter(page, id)
  await at(page, 'bid').waitFor()
  await page.route('**/bids', async (route) => {
    await house.admin.close(id)
    await route.continue()
  })
  await at(page, 'bid').click()
  await at(page, 'result').waitFor()
  await at(page, 'standing').getByText('too late').waitFor()
  expect((await house.admin.auction(id)).outcome).toMatchObject({ winner: 'P2' })
})

test('single keys bid where the reader wants it: off by default, and never while somebody writes', async () => {
  const house = await sharedHouse()
  const id = await house.auction({ terms: { startPrice: 1_000, increments: 100 } })
  const { page, client } = await bidder(house, 'ana')
  await client.bid(id, { amount: 1_000 })
  await (await house.person('ben')).bid(id, { amount: 2_000 })
  await enter(page, id)
  await at(page, 'bid').waitFor()
  await page.keyboard.press('b')
  await page.waitForTimeout(300)
  expect((await house.admin.auction(id)).bidCount).toBe(2)

  await page.goto('/account')
  await page.locator('#keys').check()
  await enter(page, id)
  await at(page, 'bid').getByText('Bid €21.00').waitFor()
  await page.keyboard.press('+')
  await page.keyboard.press('+')
  await at(page, 'bid').getByText('Bid €23.00').waitFor()
  await page.keyboard.press('-')
  await at(page, 'bid').getByText('Bid €22.00').waitFor()
  await showMore(page)
  await page.locator('#amount').focus()
  await page.keyboard.press('b')
  await page.locator('h1').click()
  await page.keyboard.press('Control+b')
  await page.waitForTimeout(300)
  expect((await house.admin.auction(id)).bidCount).toBe(2)
  await page.locator('#amount').fill('22')
  await page.locator('h1').click()
  await page.keyboard.press('b')
  await price(page, 2_200)
})

test('who signs in to bid keeps lot, price and time in sight, and can look at the password', async () => {
  const house = await sharedHouse()
  const id = await house.auction({ title: 'A clock', durationSeconds: 600 })
  const page = await visit(house, { ...SPANISH_PHONE, locale: 'en-GB' })
  await page.goto(`/auctions/${id}`)
  await page.getByRole('link', { name: 'Sign in to bid' }).click()
  await at(page, 'lot-behind').getByText('A clock').waitFor()
  expect(await at(page, 'behind-price').textContent()).toBe('€10.00')
  await (await house.person('ben')).bid(id, { amount: 4_500 })
  await expect.poll(() => at(page, 'behind-price').textContent()).toBe('€45.00')
  const left = await at(page, 'behind-left').textContent()
  expect(left).toMatch(/^(10:00|09:\d\d)$/)
  await expect.poll(() => at(page, 'behind-left').textContent()).not.toBe(left)
  const password = page.locator('#password')
  await password.fill('password of ana')
  await page.getByRole('button', { name: 'Show' }).click()
  expect(await password.getAttribute('type')).toBe('text')
  expect(await password.inputValue()).toBe('password of ana')
  expect(await password.getAttribute('autocomplete')).toBe('current-password')
  expect(await page.locator('#email').getAttribute('autocomplete')).toContain('username')
})

test('a bid that was not sent yet can be taken back, and is none', async () => {
  const house = await sharedHouse()
  const id = await house.auction({ durationSeconds: 90 })
  const { page, client } = await bidder(house, 'ana')
  await client.bid(id, { amount: 1_000 })
  await (await house.person('ben')).bid(id, { amount: 2_000 })
  // Sockets that are gone, though nothing has said so yet.
  await page.addInitScript(() => {
    const Real = WebSocket
    let isDead = false
    Object.assign(globalThis, { die: () => (isDead = true) })
    globalThis.WebSocket = class extends Real {
      override get readyState() {
        return isDead ? 3 : super.readyState
      }
    }
  })
  await enter(page, id)
  await page.route('**/bids', (route) => route.abort())
  await page.locator('[data-testid=bid][aria-disabled=false]').waitFor()
  // All from within the page. The next ping would find the socket gone and switch the button off, so both come at once;
  // and the bid goes by REST three seconds later, however busy the machine is.
  await page.evaluate(() => {
    const press = (what: string) => document.querySelector<HTMLElement>(`[data-testid=${what}]`)?.click()
    new MutationObserver(() => press('withdraw')).observe(document.body, { subtree: true, childList: true })
    ;(globalThis as unknown as { die(): void }).die()
    press('bid')
  })
  await at(page, 'answer').waitFor({ state: 'detached' })
  await page.waitForTimeout(4_000)
  expect((await house.admin.auction(id)).bidCount).toBe(2)
  expect(await at(page, 'standing').getAttribute('data-standing')).toBe('outbid')
})
