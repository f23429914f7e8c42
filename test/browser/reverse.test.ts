import { expect, test } from 'vitest'
import { ADMIN } from '../support/people.ts'
import { sharedHouse } from '../support/service.ts'
import { WORDS_AND_COLOURS, faults } from './faults.ts'
import {
  DESKTOP,
  SPANISH_PHONE,
  at,
  bid,
  bidder,
  enter,
  listenIn,
  price,
  showMore,
  standing,
  visit,
} from './visitors.ts'

test('[REV-1] [REV-2] a buyer asks for offers at the desk, and two suppliers bid down to the hammer', async () => {
  const house = await sharedHouse()
  const desk = await visit(house, DESKTOP, ADMIN)
  await desk.goto('/desk#new')
  await desk.locator('#title').fill('Gravel, 20 tons')
  await desk.locator('#format').selectOption('reverse')
  await desk.locator('#startPrice').fill('3500')
  await desk.locator('#reservePrice').fill('3600')
  expect(await at(desk, 'wrong').textContent()).toContain('above the ceiling')
  await desk.locator('#reservePrice').fill('3200')
  expect(await desk.locator('#buyNowPrice').count()).toBe(0)
  await desk.locator('#increments').selectOption('single')
  await desk.locator('#step').fill('100')
  expect(await at(desk, 'preview').innerText()).toContain('Each bid is at least €100.00 below the price.')
  await desk.locator('#title').press('Enter')
  const found = async () => (await house.admin.auctions({ q: 'Gravel' })).items[0]?.id
  await expect.poll(found).toBeDefined()
  const id = (await found())!

  const { page: ana } = await bidder(house, 'ana')
  const { page: ben } = await bidder(house, 'ben', SPANISH_PHONE)
  const heard = listenIn(ben)
  for (const page of [ana, ben]) await enter(page, id)
  expect(await at(ana, 'minimum').textContent()).toBe('Next bid: €3,500.00 or less')
  expect(await bid(ana, '3000.17', 'maximum')).toBe('leading')
  await price(ben, 320_000)
  expect(await at(ana, 'own-maximum').textContent()).toContain('Your minimum: €3,000.17')
  expect(await at(ben, 'minimum').textContent()).toMatch(/3\.100,00.*o menos/)
  expect(await bid(ben)).toBe('outbid')
  await standing(ben, 'outbid')
  expect(await at(ben, 'answer').textContent()).toContain('mínimo')
  expect(heard.filter((frame) => frame.includes('"minimum":300017'))).toEqual([])
  await showMore(ben)
  await ben.locator('#amount').fill('9000')
  expect(await ben.locator('#amount-hint').textContent()).toContain('Por encima de la próxima puja')
  expect(await faults(ben, WORDS_AND_COLOURS)).toEqual([])
  expect(await bid(ben, '2800')).toBe('leading')
  await standing(ana, 'outbid')
  await price(ana, 280_000)
  expect(await at(ana, 'history').locator('tr').first().innerText()).toMatch(/€2,800\.00\s*leads\s*P2/)

  await house.admin.close(id)
  await standing(ben, 'won')
  expect(await at(ana, 'result').textContent()).toContain('Awarded at €2,800.00 to paddle P2')
  await ben.goto('/bids')
  const lot = ben.locator('[data-testid=my-lot][data-standing=won]')
  await lot.waitFor()
  expect(await lot.innerText()).toContain('le dirá cómo entregar')
})
