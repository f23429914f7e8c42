import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { openHouse } from '../support/service.ts'
import { DESKTOP, visit } from './visitors.ts'

const later = () => new Date(Date.now() + 600_000).toISOString()

test('search, stage and order keep their place in the address, and can be gone back from', async () => {
  const house = await openHouse()
  await house.auction({ title: 'Red chair' })
  await house.auction({ title: 'Blue chair', opensAt: later() })
  await house.auction({ title: 'Clock' })
  const page = await visit(house)
  const titles = () => page.locator('.lot-card h2').allTextContents()
  await page.goto('/')
  await expect.poll(titles).toHaveLength(3)
  await page.getByRole('searchbox').fill('chair')
  await expect.poll(async () => (await titles()).toSorted()).toEqual(['Blue chair', 'Red chair'])
  expect(new URL(page.url()).search).toBe('?q=chair')
  await page.getByRole('button', { name: 'Upcoming' }).click()
  await expect.poll(titles).toEqual(['Blue chair'])
  expect(new URL(page.url()).search).toBe('?q=chair&status=scheduled')
  await page.reload()
  await expect.poll(titles).toEqual(['Blue chair'])
  expect(await page.getByRole('searchbox').inputValue()).toBe('chair')
  await page.getByRole('link', { name: 'Blue chair' }).click()
  await page.locator('[data-phase=live]').waitFor()
  await page.goBack()
  await expect.poll(titles).toEqual(['Blue chair'])
  await page.getByRole('searchbox').fill('nothing like it')
  await page.getByText('Nothing matches').waitFor()
  await page.getByRole('button', { name: 'All', exact: true }).last().click()
  await expect.poll(titles).toHaveLength(3)
  expect(new URL(page.url()).search).toBe('')
})

test('where the next page could not be read, trying again reads on from there', async () => {
  const house = await openHouse()
  for (let n = 0; n < 60; n += 1) await house.auction({ title: `Lot ${n}` })
  const page = await visit(house)
  await page.goto('/')
  const lots = page.getByTestId('lot')
  await lots.first().waitFor()
  let pages = 1
  await page.route(/cursor=/, (route) =>
    (pages += 1) < 3 ? route.continue() : route.fulfill({ status: 400, body: '{}' }),
  )
  const again = page.getByRole('button', { name: 'Try again' })
  while (!(await again.isVisible())) await page.mouse.wheel(0, 900)
  const before = await lots.count()
  expect(before).toBe(48)
  await page.unroute(/cursor=/)
  const fewest = page.evaluate(async () => {
    const count = () => document.querySelectorAll('[data-testid=lot]').length
    let least = count()
    for (let n = 0; n < 60; n += 1) {
      await new Promise(requestAnimationFrame)
      least = Math.min(least, count())
    }
    return least
  })
  await again.click()
  expect(await fewest).toBe(before)
  await expect.poll(() => lots.count()).toBeGreaterThan(before)
})

test('prices and stages move by themselves; a lost connection is said', async () => {
  const house = await openHouse()
  const id = await house.auction({ title: 'Clock' })
  const page = await visit(house)
  await page.goto('/')
  const lot = page.getByTestId('lot')
  await lot.getByText('€10.00').waitFor()
  const ana = await house.person('ana')
  await ana.bid(id, { amount: 2_500 })
  await lot.getByText('€25.00').waitFor()
  await lot.getByText('1 bid').waitFor()
  await page.context().setOffline(true)
  await page.getByText('The connection is lost: prices may be old.').waitFor()
  await ana.bid(id, { maximum: 9_000 }).catch(() => undefined)
  await house.admin.close(id)
  await page.context().setOffline(false)
  await lot.getByText('Sold', { exact: true }).waitFor()
  expect(await lot.innerText()).toContain('Sold for')
})

test('the service writes title, picture and price into the page, for link previews and without JavaScript', async () => {
  const house = await openHouse()
  const picture = 'https://pictures.example/clock.jpg'
  const id = await house.auction({ title: 'Clock & key', description: 'It runs.', images: [picture] })
  await (await house.person('ana')).bid(id, { amount: 123_456 })
  const plain = await visit(house, { ...DESKTOP, javaScriptEnabled: false })
  await plain.route('https://pictures.example/**', (route) => route.abort())
  const answer = await plain.goto(`/auctions/${id}`)
  const meta = (name: string) => plain.locator(`meta[property="og:${name}"]`).getAttribute('content')
  expect(await meta('title')).toBe('Clock & key')
  expect(await meta('image')).toBe(`${house.url}/images/copy?of=${encodeURIComponent(picture)}`)
  expect(await meta('description')).toContain('€1,234.56')
  expect(await meta('url')).toBe(`${house.url}/auctions/${id}`)
  expect(await plain.locator('main').innerText()).toMatch(/Clock & key[\s\S]*€1,234\.56[\s\S]*It runs\.[\s\S]*P1/)
  expect(answer?.headers()['content-security-policy']).not.toContain('unsafe')

  const spanish = await visit(house, { ...DESKTOP, locale: 'es-ES', javaScriptEnabled: false })
  await spanish.goto('/')
  expect(await spanish.locator('html').getAttribute('lang')).toBe('es')
  expect(await spanish.locator('main').innerText()).toMatch(/Clock & key – Abierta · Precio actual 1\.?234,56/)
})

test('what is not there has a page of its own, in both languages; drafts are not there', async () => {
  const house = await openHouse()
  const page = await visit(house)
  expect((await page.goto('/nothing/here'))?.status()).toBe(404)
  expect(await page.locator('h1').textContent()).toBe('There is nothing here')
  const draft = await house.auction({ title: 'Secret plans', status: 'draft' })
  const answer = await page.goto(`/auctions/${draft}`)
  expect(answer?.status()).toBe(404)
  expect(await answer?.text()).not.toContain('Secret')
  await page.getByRole('heading', { name: 'There is no such auction.' }).waitFor()
  const { status, headers } = await fetch(`${house.url}/nothing/here`)
  expect([status, headers.get('content-type')]).toEqual([404, 'application/problem+json'])
})

test('where only members watch, a page holds nothing of an auction', async () => {
  const house = await openHouse({ WATCHING: 'members' })
  const id = await house.auction({ title: 'Members’ clock' })
  for (const path of ['/', `/auctions/${id}`]) {
    const text = await (await fetch(house.url + path)).text()
    expect(text).not.toContain('clock')
  }
})

test('no page lets a browser call the site that a picture is on, whoever watches', async () => {
  const house = await openHouse()
  const id = await house.auction({ title: 'Clock', images: ['https://pictures.example/clock.jpg'] })
  const page = await visit(house)
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  for (const path of ['/', `/auctions/${id}`]) {
    await page.goto(path)
    await page.getByText('Clock').first().waitFor()
    await expect.poll(() => asked.some((url) => url.includes('/images/copy?'))).toBe(true)
    expect(asked.splice(0).filter((url) => !url.startsWith(house.url))).toEqual([])
  }
})

test('whatever language and host a browser names, it gets a page or a clear refusal', async () => {
  const house = await openHouse()
  const id = await house.auction({ images: ['https://pictures.example/a.jpg'] })
  for (const wanted of ['en-aa-bb', 'es-xx-yy-zz', 'en-latn-latn', '*', ';;;', 'x'.repeat(4_000), 'es;q=0, en'])
    for (const path of ['/', `/auctions/${id}`]) {
      const { status } = await fetch(house.url + path, { headers: { 'accept-language': wanted } })
      expect([wanted.slice(0, 20), path, status]).toEqual([wanted.slice(0, 20), path, 200])
    }
  const { port } = new URL(house.url)
  const answer = await new Promise<string>((resolve) => {
    const socket = connect(Number(port), '127.0.0.1', () =>
      socket.write(`GET /auctions/${id} HTTP/1.1\r\nhost: a b\r\nconnection: close\r\n\r\n`),
    )
    let text = ''
    socket.on('data', (chunk) => (text += String(chunk)))
    socket.on('close', () => resolve(text))
  })
  expect(answer).toMatch(/^HTTP\/1\.1 400/)
})

test('an address that names what is not there is read as far as it can be', async () => {
  const house = await openHouse()
  await house.auction({ title: 'Clock' })
  const page = await visit(house)
  await page.goto('/?status=bogus&sort=foo')
  await page.getByRole('link', { name: 'Clock' }).waitFor()
  expect(await page.locator('#sort').inputValue()).toBe('closing')
  await page.getByRole('searchbox').fill('clo')
  await page.getByRole('link', { name: 'Clock' }).waitFor()
})

test('a browser that names its language as no language is called sees the page all the same', async () => {
  const house = await openHouse()
  await house.auction({ title: 'Clock' })
  const page = await visit(house)
  await page.addInitScript("Object.defineProperty(navigator, 'languages', { value: ['en-US@posix'] })")
  await page.goto('/')
  await page.getByTestId('lot').waitFor()
  expect(await page.getByTestId('lot').textContent()).toContain('€10.00')
})
