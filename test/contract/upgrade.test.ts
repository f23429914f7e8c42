import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { isConsistent } from '../../src/ledger/merkle.ts'
import { type AuctionView, Client } from '../../src/sdk/index.ts'
import { verify } from '../ledger/support.ts'
import { ManualClock } from '../support/clock.ts'
import { openHouse, temporaryFolder } from '../support/service.ts'

/** What a service of migration 0017 left behind: sold, unsold, withdrawn, paused, open, a void bid, a draft. */
const fixture = new URL('./fixtures/house-of-0017.db.gz', import.meta.url)
const ROOT = { size: 4, root: '3c833244b23b3b9ff45a8dec573008ae7ead4310a135eb77d6e10febd1c2cda6' }
const OPEN = '01a22b8a-7321-7adc-8d83-62dc4cce820e'
const ANA = '5877f94e-a2c2-4487-b78b-cfa497b4c123@house.example'
const ANSWER = {
  id: '01a22b8a-7329-7a08-b853-6106562d3309',
  receipt:
    'eyJhbGciOiJFZERTQSIsImtpZCI6IlJZazVTSHVLeG01dzJ4X094aEFKZGxRS19uSHBSM0hmUEcxZXYyQzU3RE0iLCJ0eXAiOiJtYXJ0aWxsby1yZWNlaXB0K2p3cyJ9.eyJhc09mU2VxIjoiMyIsImF0IjoiMjAyNi0xMS0zMFQwODoyMDoyMy40NjRaIiwiYXVjdGlvbiI6IjAxYTIyYjhhLTczMjEtN2FkYy04ZDgzLTYyZGM0Y2NlODIwZSIsImJpZCI6IjAxYTIyYjhhLTczMjktN2EwOC1iODUzLTYxMDY1NjJkMzMwOSIsImNsb3Nlc0F0IjoiMjAyNi0xMi0yMFQwODoyMDoyMy40NThaIiwiY29tbWl0bWVudCI6IjlkYTZmOWJmZDhiYzA4YTFmNThmMWM3ZWZmNWI5NTEzNDQ5OWQ4MzBkMmIyZTkzMDA1MGVkMDZiNTkxNTkxZWMiLCJoZWFkIjoiYmJhYjUyMjk5Y2UxYjdmMTNkMjRlYWE3NzMyNDFiOGEzZDJkMGRmYjk1OTE3NWYzNDllM2I3OTk1MjZlOGU4MCIsImtleSI6ImEiLCJsZWFkZXIiOiJQMSIsIm91dGNvbWUiOiJsZWFkaW5nIiwicGFkZGxlIjoiUDEiLCJwcmljZSI6IjEwMDAiLCJzZXEiOiIzIiwidHlwZSI6ImFjY2VwdGVkIn0.HmyM-ZgbL7qJ3GEW56sL0R1g9YkpIjirxEFrOlyMqR1O8I0Yjc6uj2ea10jC0p8_uXC0n0Mo-QRQvhu1NcGSCQ',
}
/** A minute after it was left. */
const LATER = Date.parse('2026-11-30T08:21:30.000Z')

test('a house of an earlier version goes on: its ledgers verify, its log continues, its lists are right, its keys are known', async () => {
  const dataDir = temporaryFolder()
  writeFileSync(join(dataDir, 'martillo.db'), gunzipSync(readFileSync(fixture)))
  const house = await openHouse({}, { clock: new ManualClock(LATER) }, dataDir)
  const get = async <Body>(path: string) => (await fetch(`${house.url}/v1${path}`)).json() as Promise<Body>
  type Root = { readonly size: number; readonly root: string }

  // The key of the house is not in its database: another was introduced at the start.
  const now = await get<Root>('/log/checkpoint')
  expect(now.size).toBe(ROOT.size + 1)
  const { hashes } = await get<{ hashes: string[] }>(`/log/consistency?from=${ROOT.size}&to=${now.size}`)
  expect(isConsistent(ROOT, now, hashes)).toBe(true)

  const { items } = await get<{ items: AuctionView[] }>('/auctions?limit=50')
  expect(items.map(({ title }) => title).toSorted()).toEqual([
    'Open',
    'Paused',
    'Sold',
    'Unsold',
    'With a void bid',
    'Withdrawn',
  ])
  for (const { terms: _, description: __, serverTime: ___, ...listed } of items) {
    expect(await house.admin.auction(listed.id)).toMatchObject(listed)
    const ledger = await (await fetch(`${house.url}/v1/auctions/${listed.id}/ledger`)).text()
    expect(await verify(ledger.split('\n').filter((line) => line !== ''))).toMatchObject({ ok: true })
  }

  const ana = new Client(house.url)
  await ana.signIn(ANA, 'password of ana')
  const again = await ana.bid(OPEN, { maximum: 2_000 }, 'a')
  expect({ id: again.bid.id, receipt: again.receipt }).toEqual(ANSWER)
  expect(await ana.bid(OPEN, { maximum: 9_000 }, 'new')).toMatchObject({ outcome: 'leading' })
})
