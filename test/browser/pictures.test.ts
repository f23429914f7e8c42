import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { noise, painted } from '../support/pictures.ts'
import { type House, sharedHouse } from '../support/service.ts'
import { DESKTOP, SPANISH_PHONE, accountOf, at, visit } from './visitors.ts'

const terms = { startPrice: 1_000 }

test('a picture that is gone leaves a letter in its place, never a blank field', async () => {
  const house = await sharedHouse()
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

/** 128 by 96 pixels of HEVC, the left half blue, the right half red. */
const HEIC = Buffer.from(
  [
    'AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAkZtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAA',
    'AA5waXRtAAAAAAABAAAANGlsb2MAAAAAREAAAgABAAAAAAJqAAEAAAAAAAAAWwACAAAAAALFAAEAAAAAAAAAFwAAADhpaW5mAAAA',
    'AAACAAAAFWluZmUCAAAAAAEAAGh2YzEAAAAAFWluZmUCAAAAAAIAAGh2YzEAAAABhWlwcnAAAAFgaXBjbwAAAHhodmNDAQNwAAAA',
    'AAAAAAAAHvAA/P34+AAADwMgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQCEAAQArQgEBA3AAAAMAkAAAAwAAAwAeoBAgYWW6',
    'kkprm4EBAwIAAAMAAgAAAwACECIAAQAHRAHBcrAiQAAAABRpc3BlAAAAAAAAAIAAAABgAAAAEHBpeGkAAAAAAwgICAAAAHNodmND',
    'AQQIAAAAAAAAAAAAHvAA/Pz4+AAADwMgAAEAF0ABDAH//wQIAAADAJ/4AAADAAAeugJAIQABACdCAQEECAAAAwCf+AAAAwAAHsBA',
    'gYWW6kkprmwIAAADAAgAAAMACEAiAAEAB0QBwXKwIkAAAAAUaXNwZQAAAAAAAACAAAAAYAAAAA5waXhpAAAAAAEIAAAAJ2F1eEMA',
    'AAAAdXJuOm1wZWc6aGV2YzoyMDE1OmF1eGlkOjEAAAAAHWlwbWEAAAAAAAAAAgABA4ECgwACBIQFhocAAAAaaXJlZgAAAAAAAAAO',
    'YXV4bAACAAEAAQAAAHptZGF0AAAAVygBrxOA5TPAn//yzqK/8pHV/zGHrVD0VzBVu1Iz/80lsX8n472zcRNX/wroLbmtPkRV4mjn',
    'b9LmIPbGuw3sK9yycVva/DBUE7YVmQiTYGwW687Bt7dI8AAAABMoAa4nw/Qp9Q/dMvV/aIyMHZBU',
  ].join(''),
  'base64',
)

/** A seller at the form of a new auction. */
async function atForm(house: House, options = DESKTOP): Promise<Page> {
  const seller = await house.person('sam', 'seller')
  const page = await visit(house, options, accountOf(seller))
  await page.addInitScript(keepSent)
  await page.goto('/desk#new')
  await at(page, 'choose-pictures').waitFor({ state: 'attached' })
  return page
}

const choose = (page: Page, files: Readonly<Record<string, Buffer>>) =>
  at(page, 'choose-pictures').setInputFiles(
    Object.entries(files).map(([name, buffer]) => ({ name, mimeType: '', buffer })),
  )

/** What the page sent as pictures, as it travelled: the browser tells nobody outside it of a Blob. */
async function sentBy(page: Page): Promise<{ type: string; body: Buffer }[]> {
  const sent = await page.evaluate(() =>
    Promise.all(
      (globalThis as unknown as { sent: Blob[] }).sent.map(async (blob) => ({
        type: blob.type,
        bytes: await new Promise<string>((resolve) => {
          const reader = new FileReader()
          reader.addEventListener('load', () => resolve((reader.result as string).split(',')[1] ?? ''))
          reader.readAsDataURL(blob)
        }),
      })),
    ),
  )
  return sent.map(({ type, bytes }) => ({ type, body: Buffer.from(bytes, 'base64') }))
}

function keepSent(): void {
  const sent: Blob[] = []
  Object.assign(globalThis, { sent })
  const real = Object.getOwnPropertyDescriptor(XMLHttpRequest.prototype, 'send')!.value as (body: unknown) => void
  XMLHttpRequest.prototype.send = function (body) {
    if (body instanceof Blob) sent.push(body)
    real.call(this, body)
  }
}

test('a HEIC is decoded in the browser and sent as JPEG, by WebAssembly that is loaded when it is needed', async () => {
  const house = await sharedHouse()
  const page = await atForm(house)
  const loaded: string[] = []
  page.on('request', (request) => loaded.push(new URL(request.url()).pathname))
  await choose(page, { 'plain.png': await painted() })
  await at(page, 'picture').waitFor()
  expect(loaded.filter((path) => path.includes('libheif'))).toEqual([])
  await choose(page, { 'IMG_0002.HEIC': HEIC })
  await expect.poll(() => at(page, 'picture').count()).toBe(2)
  expect(loaded.filter((path) => path.includes('libheif'))).toHaveLength(1)
  expect(await (await fetch(`${house.url}/assets/libheif-LICENSE.txt`)).text()).toContain(
    'GNU LESSER GENERAL PUBLIC LICENSE',
  )
  const { type, body } = (await sentBy(page))[1]!
  expect(type).toBe('image/jpeg')
  const { data, info } = await sharp(body).raw().toBuffer({ resolveWithObject: true })
  expect(info).toMatchObject({ width: 128, height: 96 })
  const colourAt = (x: number) => [...data.subarray((48 * 128 + x) * 3, (48 * 128 + x) * 3 + 3)]
  const [left, right] = [colourAt(20), colourAt(108)]
  expect(left[2]! - left[0]!).toBeGreaterThan(100)
  expect(right[0]! - right[2]!).toBeGreaterThan(100)
})

test('a large photograph is made smaller before it is sent, and stays upright', async () => {
  const house = await sharedHouse()
  const page = await atForm(house)
  const turned = await noise(6_000, 2_000).jpeg({ quality: 90 }).withMetadata({ orientation: 6 }).toBuffer()
  const small = await painted(5_000, 10)
  expect(turned.length).toBeGreaterThan(2 * 1024 ** 2)
  await choose(page, { 'large.jpg': turned, 'long.png': small })
  await expect.poll(() => at(page, 'picture').count()).toBe(2)
  const sent = await sentBy(page)
  expect(sent[0]!.type).toBe('image/jpeg')
  const { width, height, orientation = 1 } = await sharp(sent[0]!.body).metadata()
  expect({ width, height, orientation }).toEqual({ width: 1_365, height: 4_096, orientation: 1 })
  // What is light enough travels as it is.
  expect(sent[1]!.body.equals(small)).toBe(true)
})

test('a file is judged by its bytes, not by its name', async () => {
  const house = await sharedHouse()
  const page = await atForm(house)
  const jpeg = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#3a3' } })
    .jpeg()
    .toBuffer()
  await choose(page, {
    photo: await painted(),
    'holiday.jpg_large': jpeg,
    'notes.jpg': Buffer.from('no picture at all'),
    'drawing.svg': Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
  })
  await expect.poll(() => at(page, 'picture').count()).toBe(2)
  expect((await sentBy(page)).map(({ type }) => type)).toEqual(['image/png', 'image/jpeg'])
  const refused = page.locator('[data-testid=upload][data-refused=true]')
  expect(await refused.allInnerTexts()).toEqual([
    expect.stringContaining('notes.jpg This is no JPEG'),
    expect.stringContaining('drawing.svg This is no JPEG'),
  ])
  expect(await at(page, 'retry').count()).toBe(0)
})

test('several pictures at once: each with its progress, and one that failed is sent again', async () => {
  const house = await sharedHouse()
  const page = await atForm(house, SPANISH_PHONE)
  let failing = true
  let letGo = (): void => {}
  const held = new Promise<void>((resolve) => (letGo = resolve))
  const problem = {
    type: '',
    title: '',
    status: 429,
    detail: '',
    instance: '',
    code: 'rate_limited',
    retryAfterSeconds: 9,
  }
  await page.route('**/v1/images', async (route) => {
    if (failing) {
      await held
      failing = false
      await route.fulfill({ status: 429, contentType: 'application/problem+json', body: JSON.stringify(problem) })
    } else await route.continue()
  })
  await choose(page, { 'a.png': await painted(40, 30, '#a33'), 'b.png': await painted(40, 30, '#3a3') })
  await page.locator('progress').waitFor()
  expect(await at(page, 'upload').allInnerTexts()).toEqual(['Enviando a.png …', 'Preparando b.png …'])
  letGo()
  await at(page, 'retry').waitFor()
  await expect.poll(() => at(page, 'picture').count()).toBe(1)
  await at(page, 'retry').click()
  await expect.poll(() => at(page, 'picture').count()).toBe(2)
  expect(await at(page, 'upload').count()).toBe(0)
})

test('WebAssembly is let in at the desk, and nowhere else', async () => {
  const house = await sharedHouse()
  const policyOf = async (path: string) => (await fetch(house.url + path)).headers.get('content-security-policy') ?? ''
  expect(await policyOf('/desk')).toContain("script-src 'self' 'wasm-unsafe-eval';")
  for (const path of ['/', '/bids', '/account', '/v1/auctions'])
    expect(await policyOf(path)).toContain("script-src 'self';")
})
