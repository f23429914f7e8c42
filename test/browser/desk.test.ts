import type { Locator, Page, WebSocket } from 'playwright-core'
import { expect, test } from 'vitest'
import { type Client, FOLLOWED_MAX, ProblemError } from '../../src/sdk/index.ts'
import { ADMIN } from '../support/people.ts'
import { painted } from '../support/pictures.ts'
import { type House, openHouse, sharedHouse } from '../support/service.ts'
import { DESKTOP, SPANISH_PHONE, accountOf, at, visit } from './visitors.ts'

/** The desk of somebody who is signed in. */
async function desk(house: House, who: Client | typeof ADMIN, options = DESKTOP): Promise<Page> {
  const page = await visit(house, options, 'password' in who ? who : accountOf(who))
  await page.goto('/desk')
  await at(page, 'tab-live').waitFor()
  return page
}

const lot = (page: Page, id: string) => page.locator(`[data-testid=live-lot][data-auction="${id}"]`)

/** By keyboard: to the button, and Enter. */
async function press(button: Locator): Promise<void> {
  await button.focus()
  await button.press('Enter')
}

const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('data-act'))

/** Asks for it by keyboard, gives the reason where one is wanted, and says yes. */
async function act(lotOf: Locator, name: string, reason?: string): Promise<void> {
  await press(lotOf.locator(`[data-act=${name}]`).first())
  const ask = lotOf.getByTestId('ask')
  await ask.waitFor()
  // A held key is no answer: the question takes one only after a moment.
  await lotOf.page().waitForTimeout(400)
  if (reason === undefined) await ask.getByTestId('yes').press('Enter')
  else {
    await ask.getByTestId('reason').fill(reason)
    await ask.getByTestId('reason').press('Enter')
  }
  await ask.waitFor({ state: 'detached' })
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'done',
    (error: unknown) => (error instanceof ProblemError ? error.code : String(error)),
  )
}

test('a seller makes a draft with pictures, reads its rules in words, mends it and opens it', async () => {
  const house = await sharedHouse()
  const seller = await house.person('ana', 'seller')
  const page = await desk(house, seller)
  await press(at(page, 'tab-new'))
  expect(new URL(page.url()).hash).toBe('#new')

  // What is missing is said at its field, once it was asked for, and the first of it gets the focus.
  expect(await at(page, 'wrong').count()).toBe(0)
  await press(at(page, 'submit'))
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('title')
  expect(await at(page, 'wrong').allTextContents()).toEqual(['Give it a title.', 'What does it start at?'])

  await page.keyboard.type('Mantel clock')
  await at(page, 'choose-pictures').setInputFiles([
    { name: 'front.png', mimeType: 'image/png', buffer: await painted(400, 300, '#a33') },
    { name: 'back.png', mimeType: 'image/png', buffer: await painted(300, 300, '#33a') },
    { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('no picture') },
  ])
  await expect.poll(() => at(page, 'picture').count()).toBe(2)
  expect(await page.locator('[data-testid=upload][data-refused=true]').textContent()).toContain('notes.txt')
  const first = () => at(page, 'picture').first().locator('img').getAttribute('src')
  const before = await first()
  await press(page.getByLabel('Move picture 2 forward'))
  await expect.poll(first).not.toBe(before)
  const named = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))
  await expect.poll(named).toBe('Move picture 1 back')

  await page.locator('#startPrice').fill('1,250.50')
  await page.locator('#reservePrice').fill('2000')
  await page.locator('#buyNowPrice').fill('900')
  expect(await at(page, 'wrong').textContent()).toBe('This is below the starting price.')
  await page.locator('#buyNowPrice').fill('9000')
  const preview = at(page, 'preview')
  expect(await at(page, 'preview-card').textContent()).toContain('€1,250.50')
  for (const rule of [
    'Bidding starts at €1,250.50.',
    'Below €2,000.00 it is not sold.',
    'by paying €9,000.00.',
    'It closes 1 day after it opens.',
    'A bid within 2 minutes of the end moves it',
  ])
    expect(await preview.textContent()).toContain(rule)

  // Nothing typed is lost, by a reload or by another language.
  await page.reload()
  await at(page, 'lot-form').waitFor()
  await at(page, 'language').selectOption('es')
  await expect.poll(() => page.locator('#startPrice').inputValue()).toBe('1.250,50')
  expect(await preview.textContent()).toContain('Se empieza a pujar en 1.250,50')
  await at(page, 'language').selectOption('en')
  await expect.poll(() => page.locator('#startPrice').inputValue()).toBe('1,250.50')

  await press(at(page, 'keep-draft'))
  await at(page, 'notice').waitFor()
  const [draft] = (await seller.myAuctions()).items
  expect(draft).toMatchObject({ status: 'draft', title: 'Mantel clock', terms: { startPrice: 125_050 } })
  expect(draft!.images).toHaveLength(2)
  expect(draft!.images[0]).toMatch(/^\/images\/[0-9a-f]{64}\.webp$/)
  expect(await page.evaluate(() => sessionStorage.getItem('martillo.form.new'))).toBe(null)

  // Mended: only what was changed is sent, and the rest is as it was.
  const changed: unknown[] = []
  page.on('request', (request) => {
    if (request.method() === 'PATCH') changed.push(Object.keys(request.postDataJSON() as object))
  })
  await press(at(page, 'edit'))
  expect(await page.locator('#startPrice').inputValue()).toBe('1,250.50')
  await page.locator('#title').fill('Mantel clock, brass')
  expect(await page.locator('#increments').inputValue()).toBe('standard')
  await page.locator('#increments').selectOption('single')
  await page.locator('#step').fill('25')
  expect(await preview.textContent()).toContain('Each bid is at least €25.00 above the price.')
  await page.locator('#title').press('Enter')
  await at(page, 'notice').waitFor()
  const opened = await seller.auction(draft!.id)
  expect(opened).toMatchObject({
    status: 'open',
    title: 'Mantel clock, brass',
    images: draft!.images,
    terms: { ...draft!.terms, increments: [{ from: 0, step: 2_500 }] },
  })
  expect(changed).toEqual([['title', 'terms']])
  // Back goes to the form, and forward to the list.
  await page.goBack()
  await at(page, 'lot-form').waitFor()
  await page.goForward()
  await page.locator(`[data-auction="${draft!.id}"][data-status=open]`).waitFor()
})

test('the board shows bids and who made them; pause, resume, extend, void and close by keyboard', async () => {
  const house = await sharedHouse()
  const seller = await house.person('ana', 'seller')
  const [ben, cleo] = [await house.person('ben'), await house.person('cleo')]
  const terms = { startPrice: 1_000, increments: 100, reservePrice: 1_200 }
  const { id } = await seller.create({ title: 'A clock', currency: 'EUR', terms, durationSeconds: 3_600 })
  const own = await desk(house, seller, SPANISH_PHONE)
  const page = await desk(house, ADMIN)
  const board = lot(page, id)
  await lot(own, id).locator('[data-act=pause]').waitFor()

  await ben.bid(id, { amount: 1_000 })
  await cleo.bid(id, { amount: 1_500 })
  await board.locator('[data-testid=price][data-minor="1500"]').waitFor()
  await expect.poll(() => board.getByTestId('leader').textContent()).toBe('P2 cleo')
  expect(await board.getByTestId('bid-row').allTextContents()).toEqual([
    expect.stringMatching(/€15\.00P2 cleo/),
    expect.stringMatching(/€10\.00P1 ben/),
  ])
  expect(await board.textContent()).toContain('Reserve met (€12.00)')
  // The seller sees the bids and no names, and has given the hammer away.
  await lot(own, id).locator('[data-testid=price][data-minor="1500"]').waitFor()
  expect(await lot(own, id).textContent()).not.toContain('cleo')
  await expect.poll(() => lot(own, id).locator('[data-act]').count()).toBe(0)

  // Escape takes a question back, to where it was asked.
  await press(board.locator('[data-act=pause]'))
  await board.getByTestId('reason').press('Escape')
  await board.getByTestId('ask').waitFor({ state: 'detached' })
  await expect.poll(() => focused(page)).toBe('pause')

  // However often it is pressed, it is asked for once.
  const paused: string[] = []
  await page.route('**/pause', async (route) => {
    paused.push(route.request().url())
    await new Promise((resolve) => setTimeout(resolve, 200))
    await route.continue()
  })
  await press(board.locator('[data-act=pause]'))
  await board.getByTestId('reason').fill('a question about the key')
  await page.waitForTimeout(400)
  await board.getByTestId('yes').dblclick()
  await board.and(page.locator('[data-status=paused]')).waitFor()
  expect(paused).toHaveLength(1)
  expect(await codeOf(ben.bid(id, { amount: 2_000 }))).toBe('auction_paused')
  expect(await board.textContent()).toContain('Reason: a question about the key')
  await expect.poll(() => focused(page)).toBe('resume')
  await act(board, 'resume')
  await board.and(page.locator('[data-status=open]')).waitFor()

  const end = async () => Date.parse((await board.getByTestId('closes').getAttribute('data-closes'))!)
  const was = await end()
  await press(board.locator('[data-act=extend]'))
  await board.getByLabel('+5 mins').check()
  await page.waitForTimeout(400)
  await board.getByTestId('reason').fill('the line was down')
  await board.getByTestId('reason').press('Enter')
  await expect.poll(end).toBe(was + 300_000)

  // Bids that come while one is being made void take nothing away under the reader's hand.
  await press(board.getByLabel('Void the bid of €15.00 by P2'))
  for (const amount of [2_500, 2_700, 2_900]) {
    await ben.bid(id, { amount })
    await cleo.bid(id, { amount: amount + 100 })
  }
  await ben.bid(id, { amount: 3_500 })
  await board.locator('[data-testid=price][data-minor="3500"]').waitFor()
  await page.waitForTimeout(400)
  await board.getByTestId('reason').fill('a slip of the finger')
  await board.getByTestId('reason').press('Enter')
  await press(board.getByText('All 8 bids'))
  await board.locator('[data-testid=bid-row][data-voided=true] s').waitFor()
  expect(await board.locator('[data-voided=true]').textContent()).toContain('€15.00')
  const voided = (await house.admin.bids(id)).items.filter((bid) => bid.voided)
  expect(voided.map(({ paddle, amount }) => [paddle, amount])).toEqual([['P2', 1_500]])

  await act(board, 'close')
  await board.and(page.locator('[data-status=closed]')).waitFor()
  expect(await house.admin.auction(id)).toMatchObject({ outcome: { result: 'sold', winner: 'P1', price: 3_500 } })
  expect(await board.locator('[data-act]').count()).toBe(0)
  // Now the seller learns who it was, and may keep one of them away.
  await expect.poll(() => lot(own, id).getByTestId('leader').textContent()).toBe('P1 ben')
  await press(at(own, 'tab-auctions'))
  await press(at(own, 'bids'))
  const bidder = own.locator('[data-testid=bidder]').filter({ hasText: 'cleo' })
  await act(bidder, 'keep-out')
  await own.locator('[data-testid=bidder][data-out=true]').waitFor()
  const next = await seller.create({ title: 'Another', currency: 'EUR', terms, durationSeconds: 3_600 })
  expect(await codeOf(cleo.bid(next.id, { amount: 1_000 }))).toBe('bidder_blocked')
  await act(bidder, 'keep-out')
  expect(await codeOf(cleo.bid(next.id, { amount: 1_000 }))).toBe('done')
})

test('of many auctions the first are followed bid by bid, the others by price, over one socket; whoever leaves has none', async () => {
  const house = await openHouse()
  const ben = await house.person('ben')
  const ids: string[] = []
  for (let n = 0; n < FOLLOWED_MAX + 2; n += 1)
    ids.push(await house.auction({ title: `Lot ${n}`, durationSeconds: 3_600 + n }))
  const [first, next, last] = [ids[0]!, ids[FOLLOWED_MAX]!, ids.at(-1)!]
  const page = await desk(house, ADMIN)
  await press(at(page, 'tab-people'))
  await at(page, 'person').first().waitFor()
  const sockets: WebSocket[] = []
  page.on('websocket', (socket) => sockets.push(socket))
  const open = () => sockets.filter((socket) => !socket.isClosed()).map((socket) => new URL(socket.url()).pathname)
  const bids = (id: string) => lot(page, id).getByTestId('bid-log')

  await press(at(page, 'tab-live'))
  await bids(ids[FOLLOWED_MAX - 1]!).waitFor({ state: 'attached' })
  expect(open()).toEqual(['/v1/live'])
  expect(await bids(next).count()).toBe(0)
  await ben.bid(last, { amount: 1_000 })
  await ben.bid(first, { amount: 1_100 })
  await lot(page, last).locator('[data-testid=price][data-minor="1000"]').waitFor()
  await bids(first).getByTestId('bid-row').waitFor()
  // One that ends makes room for the next.
  await house.admin.close(first)
  await lot(page, first).and(page.locator('[data-status=closed]')).waitFor()
  await bids(next).waitFor({ state: 'attached' })
  await ben.bid(next, { amount: 1_200 })
  await bids(next).getByTestId('bid-row').waitFor()
  // What opens meanwhile joins them, without being asked for.
  const { id } = await house.admin.create({
    title: 'A late one',
    currency: 'EUR',
    terms: { startPrice: 1_000 },
    opensAt: new Date(Date.now() + 3_600_000).toISOString(),
    durationSeconds: 60,
  })
  await press(at(page, 'tab-people'))
  await expect.poll(open).toEqual([])
  await press(at(page, 'tab-live'))
  await bids(next).waitFor({ state: 'attached' })
  await house.admin.open(id)
  await lot(page, id).waitFor()
  expect(open()).toEqual(['/v1/live'])
})

test('with bids a description only grows and the room is opened; a refusal is said in place', async () => {
  const house = await sharedHouse()
  const id = await house.auction({ title: 'A clock', description: 'It runs.' })
  const ben = await house.person('ben')
  const page = await desk(house, ADMIN)
  await page.goto(`/desk#edit=${id}`)
  await at(page, 'lot-form').waitFor()
  await page.locator('#title').fill('Another clock')
  await ben.bid(id, { amount: 1_000 })
  await press(at(page, 'submit'))
  await at(page, 'add-form').waitFor()
  expect(await at(page, 'add-form').textContent()).toContain('only its description may be added to')
  await page.locator('#addition').fill('The key is there.')
  await page.locator('input[name=messages][value=members]').check()
  await press(at(page, 'submit'))
  await at(page, 'notice').waitFor()
  const { title, description, room } = await house.admin.auction(id)
  expect({ title, description }).toEqual({ title: 'A clock', description: 'It runs.\n\nThe key is there.' })
  expect(room.messages).toBe('members')
})

test('a role and a block take effect at once, and only after a yes', async () => {
  const house = await openHouse()
  const ben = await house.person('ben')
  const lotId = await house.auction()
  const page = await desk(house, ADMIN)
  await press(at(page, 'tab-people'))
  await page.locator('#find-people').fill('ben')
  await expect.poll(() => at(page, 'person').count()).toBe(1)
  const person = at(page, 'person')

  const lotOf = { title: 'Mine', currency: 'EUR', terms: { startPrice: 1 }, durationSeconds: 60 } as const
  expect(await codeOf(ben.create(lotOf))).toBe('forbidden')
  await press(person.locator('[data-act=role]'))
  await person.getByLabel('Seller').check()
  expect(await person.getByTestId('role').getAttribute('data-role')).toBe('bidder')
  await page.waitForTimeout(400)
  await person.getByTestId('yes').press('Enter')
  await person.locator('[data-role=seller]').waitFor()
  await expect.poll(() => focused(page)).toBe('role')
  expect(await codeOf(ben.create(lotOf))).toBe('done')

  // A key held down asks, and does not answer.
  await press(person.locator('[data-act=block]'))
  await person.getByTestId('yes').press('Enter')
  await page.waitForTimeout(400)
  expect(await codeOf(ben.bid(lotId, { amount: 100 }))).toBe('bid_too_low')
  await person.getByTestId('yes').press('Escape')
  await act(person, 'block')
  await person.getByText('Blocked').waitFor()
  expect(await codeOf(ben.bid(lotId, { amount: 1_000 }))).toBe('bidder_blocked')
  await act(person, 'block')
  expect(await codeOf(ben.bid(lotId, { amount: 1_000 }))).toBe('done')
})

test('what a seller typed is text, wherever the desk shows it', async () => {
  const house = await openHouse()
  const title = '<img src=x onerror=alert(1)>{{7*7}}\u0027"&amp;'
  const id = await house.auction({ title, description: '<script>alert(2)</script>' })
  const page = await desk(house, ADMIN)
  const shown = (place: Locator) => place.locator('h2').first().textContent()
  await expect.poll(() => shown(lot(page, id))).toBe(title)
  await press(at(page, 'tab-auctions'))
  await expect.poll(() => shown(at(page, 'desk-auction'))).toBe(title)
  await press(at(page, 'edit'))
  await at(page, 'lot-form').waitFor()
  expect(await page.locator('#title').inputValue()).toBe(title)
  expect(await at(page, 'preview-card').textContent()).toContain(title)
  expect(await page.locator('img[src=x], main script').count()).toBe(0)
})

test('[WHO-2] at the desk a bid of staff is marked', async () => {
  const house = await openHouse({ STAFF_BIDS: 'on' })
  const [staff, ana] = [await house.person('staff', 'admin'), await house.person('ana')]
  const id = await house.auction({ title: 'A clock' })
  const board = lot(await desk(house, ADMIN), id)
  await ana.bid(id, { amount: 1_000 })
  await staff.bid(id, { amount: 2_000 })
  await board.locator('[data-testid=price][data-minor="2000"]').waitFor()
  await expect.poll(() => board.getByTestId('bid-row').allTextContents()).toHaveLength(2)
  const marked = await board.getByTestId('bid-row').locator('.tag', { hasText: 'house' }).count()
  expect(marked).toBe(1)
})

test('a draft is deleted after a question; one that others could see says why it stays', async () => {
  const house = await openHouse()
  const opensAt = new Date(Date.now() + 3_600_000).toISOString()
  const shown = await house.auction({ title: 'Was shown', opensAt })
  await house.admin.update(shown, { status: 'draft' })
  await house.auction({ title: 'Unseen', status: 'draft' })
  const page = await desk(house, ADMIN)
  await press(at(page, 'tab-auctions'))
  const lines = at(page, 'desk-auction')
  await expect.poll(() => lines.count()).toBe(2)
  await act(lines.filter({ hasText: 'Unseen' }), 'delete')
  await expect.poll(() => lines.count()).toBe(1)
  const stays = lines.filter({ hasText: 'Was shown' })
  await press(stays.locator('[data-act=delete]'))
  await page.waitForTimeout(400)
  await stays.getByTestId('yes').press('Enter')
  await stays.getByText('Others could see this before').waitFor()
  expect((await house.admin.auctions({ sort: 'newest' })).items.map(({ title }) => title)).toEqual(['Was shown'])
})
