import { expect, test } from 'vitest'
import { sharedHouse } from '../support/service.ts'
import { DESKTOP, SPANISH_PHONE, at, bid, bidder, enter, visit } from './visitors.ts'

test('verify this result: a bidder sees that it holds and the own receipt is kept; a forged ledger is found out', async () => {
  const house = await sharedHouse()
  const id = await house.auction()
  const { page } = await bidder(house, 'ana', SPANISH_PHONE)
  await enter(page, id)
  await bid(page)
  await (await house.person()).bid(id, { amount: 5_000 })
  await house.admin.close(id)
  const button = at(page, 'proof').getByRole('button')
  await button.click()
  await at(page, 'proof-holds').waitFor()
  const said = await at(page, 'proof').innerText()
  for (const words of ['5 asientos', 'Declaración 2 de 2', 'Su recibo se respeta']) expect(said).toContain(words)
  const download = page.waitForEvent('download')
  await at(page, 'proof').getByRole('link').click()
  expect((await download).suggestedFilename()).toBe('ledger.ndjson')

  const stranger = await visit(house, DESKTOP)
  await stranger.route(`**/v1/auctions/${id}/ledger`, async (route) => {
    const text = await (await route.fetch()).text()
    await route.fulfill({
      body: text.replace('"amount":"5000"', '"amount":"4900"'),
      contentType: 'application/x-ndjson',
    })
  })
  await stranger.goto(`/auctions/${id}`)
  await at(stranger, 'proof').getByRole('button', { name: 'Verify this result' }).click()
  expect(await at(stranger, 'proof-broken').innerText()).toMatch(/chain of entries is broken \(line 6\)/)
})
