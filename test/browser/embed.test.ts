import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { openHouse } from '../support/service.ts'
import { visit } from './visitors.ts'

/** A page on another site: another host name, so that none of the house's cookies come with what it asks for. */
async function elsewhere(html: (origin: string) => string): Promise<string> {
  let origin = ''
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.end(html(origin))
  })
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())))
  origin = `http://localhost:${(server.address() as AddressInfo).port}`
  return origin
}

test('an auction on a page elsewhere: live, and with a bid through the pop-up', async () => {
  let body = ''
  const site = await elsewhere(() => body)
  const house = await openHouse({ ALLOWED_ORIGINS: site })
  const id = await house.auction({ title: 'A <b>clock</b>', terms: { startPrice: 1_000, increments: 100 } })
  body = `<!doctype html><html lang="fr"><title>A club</title><h1>Our sale</h1>
    <script src="${house.url}/embed.js" async></script><martillo-auction id="${id}" lang="en"></martillo-auction>`
  const account = { email: 'ana@people.example', password: 'a long password', displayName: 'Ana' }
  await house.admin.signUp(account)
  const rival = await house.person('rival')

  const page = await visit(house)
  await page.goto(site)
  await page.locator('[data-testid=embed][data-phase=live]').waitFor()
  expect(await page.locator('martillo-auction h3').textContent()).toBe('A <b>clock</b>')
  expect(await page.locator('html').getAttribute('lang')).toBe('fr')
  await rival.bid(id, { amount: 1_000 })
  await page.locator('[data-testid=embed-price][data-minor="1000"]').waitFor()

  const [popUp] = await Promise.all([page.waitForEvent('popup'), page.getByTestId('embed-sign-in').click()])
  await popUp.locator('#email').fill(account.email)
  await popUp.locator('#password').fill(account.password)
  await popUp.locator('button[type=submit]').click()
  // Signing in is not consent: the site is named, and asked for.
  expect(await popUp.locator('.asking').textContent()).toBe(site)
  expect(await popUp.locator('.lot-title').textContent()).toBe('A <b>clock</b>')
  // Nor is the most that may be bid anybody's figure but the reader's.
  expect(await popUp.getByTestId('lend').isDisabled()).toBe(true)
  await popUp.locator('#most').fill('10.99')
  expect(await popUp.getByTestId('lend').isDisabled()).toBe(true)
  await popUp.getByText('Below the next bid of €11.00.').waitFor()
  await popUp.locator('#most').fill('40')
  expect(await popUp.getByTestId('lend').textContent()).toBe('Allow bids up to €40.00')
  await Promise.all([popUp.waitForEvent('close'), popUp.getByTestId('lend').click()])

  // A double click is no consent.
  await page.getByTestId('embed-bid').dblclick()
  await page.getByRole('button', { name: 'Yes, bid €11.00' }).waitFor()
  expect((await house.admin.auction(id)).bidCount).toBe(1)
  await page.waitForTimeout(600)
  await page.getByRole('button', { name: 'Yes, bid €11.00' }).click()
  await page.locator('[data-testid=embed][data-standing=leading]').waitFor()
  await page.locator('[data-testid=embed-price][data-minor="1100"]').waitFor()
  await rival.bid(id, { amount: 1_500 })
  await page.locator('[data-testid=embed][data-standing=outbid]').waitFor()

  // A pressed button sends the amount it showed.
  await page.getByTestId('embed-bid').hover()
  await page.mouse.down()
  await rival.bid(id, { maximum: 5_000 }).catch(() => undefined)
  await (await house.person('third')).bid(id, { amount: 6_000 })
  await page.locator('[data-testid=embed-price][data-minor="6000"]').waitFor()
  expect(await page.getByTestId('embed-bid').textContent()).toBe('Bid €16.00')
  await page.mouse.up()
  await page.getByText('Too low').waitFor()

  // More than was allowed is refused, and who said so is told.
  await page.locator('martillo-auction input').fill('61')
  await page.getByTestId('embed-bid').click()
  await page.getByText('You allowed this page to bid €40.00 at most.').waitFor()

  // A bid without an answer is asked about apart from a new one.
  const before = (await house.admin.auction(id)).bidCount
  await page.context().setOffline(true)
  await page.locator('[data-testid=embed][data-phase=offline]').waitFor()
  expect(await page.getByTestId('embed-bid').isDisabled()).toBe(true)
  await page.context().setOffline(false)
  await page.locator('[data-testid=embed][data-phase=live]').waitFor()
  expect((await house.admin.auction(id)).bidCount).toBe(before)
  await house.admin.close(id)
  await page.locator('[data-testid=embed][data-standing=lost]').waitFor()
})

test('a site that is not allowed gets neither the auction nor a pop-up that lends', async () => {
  let body = ''
  const site = await elsewhere(() => body)
  const house = await openHouse({ ALLOWED_ORIGINS: 'https://another.example' })
  const id = await house.auction()
  body = `<!doctype html><script src="${house.url}/embed.js"></script><martillo-auction id="${id}"></martillo-auction>`
  const page = await visit(house)
  await page.goto(site)
  await page.getByText('This auction cannot be shown here.').waitFor()
  const answer = await page.goto(`${house.url}/lend?origin=${encodeURIComponent(site)}`)
  expect(answer?.status()).toBe(404)
  for (const origin of ['null', 'javascript:alert(1)', `${site}/path`, 'https://another.example.evil.example'])
    expect((await page.goto(`${house.url}/lend?origin=${encodeURIComponent(origin)}`))?.status()).toBe(404)
})

test('a page elsewhere without a bundler imports the client from the house, and shows its prices as they move', async () => {
  let body = ''
  const site = await elsewhere(() => body)
  const house = await openHouse({ ALLOWED_ORIGINS: site })
  const ids = [await house.auction(), await house.auction()]
  body = `<!doctype html><title>A ticker</title><ul></ul><script type="module">
    import { Client, PriceConnection, checkLedger } from '${house.url}/client.js'
    const rows = new Map()
    for (const { id } of (await new Client('${house.url}').auctions({ status: 'open' })).items)
      rows.set(id, document.querySelector('ul').appendChild(document.createElement('li')))
    const prices = new PriceConnection(new Client('${house.url}'), (moved) => {
      for (const { auction, price } of moved) rows.get(auction).textContent = String(price)
    })
    prices.watch([...rows.keys()])
    document.title = typeof checkLedger
  </script>`
  const page = await visit(house)
  await page.goto(site)
  await expect.poll(() => page.locator('li').count()).toBe(2)
  await (await house.person()).bid(ids[1]!, { amount: 1_000 })
  await page.getByText('1000').waitFor()
  expect(await page.title()).toBe('function')
})
