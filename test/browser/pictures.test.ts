import { expect, test } from 'vitest'
import { painted } from '../support/pictures.ts'
import { openHouse } from '../support/service.ts'
import { DESKTOP, visit } from './visitors.ts'

const terms = { startPrice: 1_000 }

test('a picture that is gone leaves a letter in its place, never a blank field', async () => {
  const house = await openHouse()
  const { url } = await house.admin.upload(new Blob([await painted(400, 300)], { type: 'image/png' }))
  const id = await house.auction({ title: 'Clock', images: [url, 'https://elsewhere.example/gone.jpg'], terms })
  const page = await visit(house, DESKTOP)
  await page.route('**/images/*', (route) => route.fulfill({ status: 404, body: '' }))
  await page.goto('/')
  await expect.poll(() => page.locator('.lot-picture').innerText()).toBe('C')
  await page.goto(`/auctions/${id}`)
  await expect.poll(() => page.locator('.frame .letter').innerText()).toBe('C')
  expect(await page.locator('.frame .letter').getAttribute('aria-label')).toBe('Picture 1 of Clock')
  await expect.poll(() => page.locator('.thumbs .letter').count()).toBe(2)
})
