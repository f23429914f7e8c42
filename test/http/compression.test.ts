import { get } from 'node:http'
import { expect, test } from 'vitest'
import type { Client } from '../../src/sdk/index.ts'
import { painted } from '../support/pictures.ts'
import { type House, openHouse, sharedHouse } from '../support/service.ts'

const LIST_BYTES_MAX = 12 * 1_000
const PAGE_BYTES_MAX = 12 * 1_000

type Travelled = { readonly encoding: string | undefined; readonly bytes: number; readonly vary: string | undefined }

/** An answer as it travels, its body not unpacked. */
async function travelled(url: string, accepts: string | null, as: Client | null = null): Promise<Travelled> {
  const token = as === null ? null : await as.session.token()
  const headers = {
    ...(accepts === null ? {} : { 'accept-encoding': accepts }),
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
  }
  return new Promise((resolve, reject) => {
    get(url, { headers, agent: false }, (response) => {
      let bytes = 0
      response.on('data', (chunk: Buffer) => (bytes += chunk.length))
      response.on('error', reject)
      response.on('end', () => {
        expect(response.statusCode).toBe(200)
        resolve({ encoding: response.headers['content-encoding'], bytes, vary: response.headers.vary })
      })
    }).on('error', reject)
  })
}

const THINGS = ['Clock', 'Sea chart', 'Teapot', 'Violin', 'Armchair', 'Etching', 'Lantern', 'Sextant', 'Ledger', 'Vase']
const MAKERS = ['Ruhla', 'Meissen', 'Thonet', 'Steiff', 'Leitz', 'Bechstein', 'Rosenthal', 'Gorham', 'Zenith', 'Royal']
const TOLD = ['some wear', 'its case', 'a signature', 'two small chips', 'the key', 'old varnish', 'a receipt of 1931']

/** Lots that differ as those of a sale do, each with a picture and a description longer than lists show. */
async function sale(house: House, count: number): Promise<void> {
  const { url } = await house.admin.upload(new Blob([await painted(64, 48)], { type: 'image/png' }))
  for (let n = 0; n < count; n += 1) {
    const pick = (from: readonly string[], by: number) => from[(n * by + Math.floor(n / 7)) % from.length]!
    const told = Array.from({ length: 24 }, (_, i) => `${pick(TOLD, 3 + i)} of no. ${(n * 7_919 + i * 104_729) % 997}`)
    await house.auction({
      title: `${pick(THINGS, 3)} by ${pick(MAKERS, 7)}, ${1_850 + ((n * 37) % 120)}`,
      description: `With ${told.join(', ')}.`,
      images: [url],
      terms: { startPrice: 1_000 + ((n * 7_919) % 90_000), increments: 'standard', reservePrice: 100_000 },
    })
  }
}

test('a catalogue of 24 lots and a list of 100 auctions travel in 12 kB each', async () => {
  const house = await sharedHouse()
  await sale(house, 100)
  for (const encoding of ['br', 'gzip']) {
    const list = await travelled(`${house.url}/v1/auctions?limit=100`, encoding)
    const page = await travelled(`${house.url}/`, encoding)
    expect([list.encoding, page.encoding]).toEqual([encoding, encoding])
    expect(list.bytes).toBeLessThanOrEqual(LIST_BYTES_MAX)
    expect(page.bytes).toBeLessThanOrEqual(PAGE_BYTES_MAX)
  }
})

test('what everyone may read is compressed where the client takes it, and caches are told so', async () => {
  const house = await sharedHouse()
  const id = await house.auction({ description: 'It runs. '.repeat(200) })
  await sale(house, 6)
  const rivals = [await house.person(), await house.person()] as const
  for (let n = 0; n < 12; n += 1) await rivals[n % 2]!.bid(id, { amount: 1_000 + n * 100 })
  const open = ['/', `/auctions/${id}`, '/docs', '/openapi.json', '/asyncapi.json', '/v1/auctions', '/v1/codes']
  const ofALot = ['', '/bids', '/events'].map((part) => `/v1/auctions/${id}${part}`)
  for (const path of [...open, ...ofALot]) {
    const whole = await travelled(house.url + path, null)
    const packed = await travelled(house.url + path, 'gzip, deflate, br')
    expect([path, whole.encoding, packed.encoding]).toEqual([path, undefined, 'br'])
    expect(packed.bytes).toBeLessThan(whole.bytes / 1.5)
    expect(packed.vary).toMatch(/accept-encoding/i)
    const plain = await travelled(house.url + path, 'gzip;q=0, identity')
    expect(plain).toEqual(whole)
  }
})

test('nothing that holds a secret is compressed: its length would tell of it', async () => {
  const house = await openHouse()
  const [seller, bidder] = [await house.person('seller', 'seller'), await house.person('bidder')]
  const description = 'It runs. '.repeat(200)
  const details = { title: 'A clock', description, currency: 'EUR', durationSeconds: 3_600 }
  const { id } = await seller.create({
    ...details,
    terms: { startPrice: 1_000, increments: 'standard', reservePrice: 9_000 },
  })
  for (let n = 0; n < 12; n += 1) {
    const { id } = await seller.create({
      ...details,
      terms: { startPrice: 1_000, increments: 'standard', reservePrice: 9_000 },
    })
    await bidder.bid(id, { maximum: 10_000 })
  }
  for (let n = 1; n < 30; n += 1) await bidder.bid(id, { maximum: 10_000 * n })
  for (let n = 0; n < 4; n += 1) await house.person(`person ${n}`)
  for (const [path, as] of [
    [`/v1/auctions/${id}`, seller],
    [`/v1/auctions/${id}`, house.admin],
    ['/v1/auctions', seller],
    ['/v1/auctions', house.admin],
    [`/v1/auctions/${id}/you`, bidder],
    ['/v1/me/bids', bidder],
    ['/v1/me/auctions', seller],
    ['/v1/users', house.admin],
  ] as const) {
    const { bytes, encoding } = await travelled(house.url + path, 'gzip, br', as)
    expect([path, encoding]).toEqual([path, undefined])
    expect(bytes).toBeGreaterThan(1_024)
  }
})
