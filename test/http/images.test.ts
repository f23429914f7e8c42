import { createHash } from 'node:crypto'
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { limits } from '../../src/config/limits.ts'
import { black, canvas, grey, noise, painted, stating } from '../support/pictures.ts'
import { type House, openHouse, sharedHouse } from '../support/service.ts'
import { type Answer, ask, expectProblem, expectShape } from './support.ts'

const shape = z.object({
  image: z.object({
    url: z.string().regex(/^\/images\/[0-9a-f]{64}\.webp$/),
    small: z.string().regex(/^\/images\/[0-9a-f]{64}-640\.webp$/),
    width: z.int(),
    height: z.int(),
  }),
})

function upload({ url, admin }: House, body: Buffer, type = 'image/jpeg'): Promise<Answer> {
  return ask(url, 'POST /v1/images', { as: admin, body, headers: { 'content-type': type } })
}

async function taken(house: House, body: Buffer, type?: string) {
  const answer = await upload(house, body, type)
  expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 201 })
  return expectShape(shape, answer.json).image
}

async function bytesAt(url: string): Promise<Buffer> {
  const response = await fetch(url)
  expect(response.status).toBe(200)
  return Buffer.from(await response.arrayBuffer())
}

async function colourAt(picture: Buffer, left: number, top: number): Promise<'red' | 'blue' | 'neither'> {
  const [r, g, b] = await sharp(picture).extract({ left, top, width: 1, height: 1 }).removeAlpha().raw().toBuffer()
  // As near as print comes to red, and not what the numbers of a wider profile would be without it.
  if (g! > 45) return 'neither'
  return r! > 230 && b! < 45 ? 'red' : b! > 230 && r! < 45 ? 'blue' : 'neither'
}

const PLANTED = 'the house of the seller'

/** As a telephone takes it: turned by a tag, with the place, the camera and a profile of colours. Red left, blue right. */
async function photograph(): Promise<Buffer> {
  const right = await canvas(1_500, 2_000, '#00f').png().toBuffer()
  return canvas(3_000, 2_000, '#f00')
    .composite([{ input: right, left: 1_500, top: 0 }])
    .withIccProfile('p3')
    .withExif({
      IFD0: { ImageDescription: PLANTED, Model: 'A camera' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 3230/100' },
    })
    .withXmp(`<x:xmpmeta xmlns:x="adobe:ns:meta/">${PLANTED}</x:xmpmeta>`)
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer()
}

test('a photograph is kept as WebP in two sizes, upright, without the place it was taken at', async () => {
  const house = await sharedHouse()
  const given = await photograph()
  expect((await sharp(given).metadata()).orientation).toBe(6)
  expect(given.includes('GPS') || given.includes(PLANTED)).toBe(true)
  const answer = await upload(house, given)
  const { image } = expectShape(shape, answer.json)
  expect(answer.headers.get('location')).toBe(image.url)
  expect(image).toMatchObject({ width: 1_067, height: 1_600, small: image.url.replace('.webp', '-640.webp') })
  for (const [path, width, height] of [
    [image.url, 1_067, 1_600],
    [image.small, 427, 640],
  ] as const) {
    const kept = await bytesAt(house.url + path)
    const { exif, icc, xmp, iptc, orientation, ...metadata } = await sharp(kept).metadata()
    expect(metadata).toMatchObject({ format: 'webp', width, height })
    expect({ exif, icc, xmp, iptc, orientation }).toEqual({})
    expect(kept.toString('latin1')).not.toMatch(/EXIF|XMP |ICCP|A camera|the house/)
    expect(await colourAt(kept, width >> 1, 10)).toBe('red')
    expect(await colourAt(kept, width >> 1, height - 10)).toBe('blue')
  }
  const hash = createHash('sha256')
    .update(await bytesAt(house.url + image.url))
    .digest('hex')
  expect(image.url).toBe(`/images/${hash}.webp`)
})

test('every kind that is taken becomes WebP of its own size, never larger, of an animation the first frame', async () => {
  const house = await sharedHouse()
  const frames = [await canvas(60, 40, '#f00').png().toBuffer(), await canvas(60, 40, '#00f').png().toBuffer()]
  const animated = () => sharp(frames, { join: { animated: true } })
  const red = () => canvas(60, 40, '#f00')
  const kinds: Record<string, Buffer> = {
    jpeg: await red().jpeg().toBuffer(),
    'progressive jpeg': await red().jpeg({ progressive: true }).toBuffer(),
    'jpeg for print': await red().toColourspace('cmyk').jpeg().toBuffer(),
    png: await red().png().toBuffer(),
    'png of 16 bits': await red().toColourspace('rgb16').png().toBuffer(),
    'png of few colours': await red().png({ palette: true }).toBuffer(),
    'png that is clear in parts': await red().ensureAlpha(0.999).png().toBuffer(),
    webp: await red().webp().toBuffer(),
    'animated webp': await animated().webp().toBuffer(),
    avif: await red().avif().toBuffer(),
    gif: await red().gif().toBuffer(),
    'animated gif': await animated().gif().toBuffer(),
  }
  expect((await sharp(kinds['animated gif'], { animated: true }).metadata()).pages).toBe(2)
  for (const [kind, given] of Object.entries(kinds)) {
    const { url, small, width, height } = await taken(house, given)
    expect({ kind, width, height }).toEqual({ kind, width: 60, height: 40 })
    for (const path of [url, small]) {
      const kept = await bytesAt(house.url + path)
      const metadata = await sharp(kept).metadata()
      expect({ kind, metadata }).toMatchObject({ kind, metadata: { format: 'webp', width: 60, height: 40 } })
      expect(metadata.pages).toBeUndefined()
      expect({ kind, colour: await colourAt(kept, 30, 20) }).toEqual({ kind, colour: 'red' })
    }
  }
  const grey = await taken(house, await canvas(2_000, 10, '#888').toColourspace('grey16').png().toBuffer())
  expect(grey).toMatchObject({ width: 1_600, height: 8 })
})

test('what it is, is seen by decoding: neither name nor type is believed, and nothing else that was in it stays', async () => {
  const house = await sharedHouse()
  const jpeg = await canvas(60, 40).jpeg().toBuffer()
  await taken(house, jpeg, 'image/gif')
  await taken(house, jpeg, 'image/png; name=x.svg')
  const html = Buffer.from('<!doctype html><script>alert(1)</script>')
  const image = await taken(house, Buffer.concat([jpeg, html]))
  expect((await bytesAt(house.url + image.url)).includes('script')).toBe(false)
  const svg = Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="file:///etc/passwd"/></svg>',
  )
  const others: Record<string, Buffer> = {
    html,
    svg,
    'svg with a declaration': Buffer.concat([Buffer.from('<?xml version="1.0"?>'), svg]),
    // Nothing has tried to read it.
    'svg that is no XML': svg.subarray(0, 50),
    pdf: Buffer.from('%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj'),
    tiff: await canvas(60, 40).tiff().toBuffer(),
    bmp: Buffer.concat([Buffer.from('BM'), Buffer.alloc(60)]),
    text: Buffer.from('a picture'),
    zeroes: Buffer.alloc(1_000),
  }
  for (const [kind, given] of Object.entries(others)) {
    const answer = await upload(house, given, 'image/png')
    expectProblem(answer, 'invalid_request')
    expect({ kind, errors: answer.json.errors }).toEqual({
      kind,
      errors: [{ path: 'image', message: 'must be a JPEG, PNG, WebP, AVIF or GIF' }],
    })
  }
  // What is a GIF and a script at once is no whole GIF.
  expectProblem(await upload(house, Buffer.from('GIF89a=1;alert(1)//')), 'invalid_request')
})

test('only the types of pictures are taken', async () => {
  const house = await sharedHouse()
  const bytes = await painted()
  for (const type of [
    'image/svg+xml',
    'application/json',
    'application/octet-stream',
    'multipart/mixed; boundary=x',
    'text/html',
    'image/tiff',
  ]) {
    const answer = await upload(house, bytes, type)
    expectProblem(answer, 'unsupported_media_type')
    expect(answer.json.detail).toMatch(/image\/jpeg/)
  }
  // And elsewhere none of them is.
  const answer = await ask(house.url, 'POST /v1/auctions', { as: house.admin, body: bytes })
  expectProblem(answer, 'unsupported_media_type')
  expect(answer.json.detail).toBe('Send JSON')
})

test('what is broken is refused: cut off, damaged, empty', async () => {
  const house = await openHouse()
  const jpeg = await canvas(900, 600).jpeg().toBuffer()
  const png = await canvas(900, 600).png({ compressionLevel: 0 }).toBuffer()
  const damaged = Buffer.from(png)
  damaged.fill(0xff, png.length >> 1, (png.length >> 1) + 64)
  const webp = await canvas(900, 600).webp().toBuffer()
  for (const given of [
    jpeg.subarray(0, jpeg.length >> 1),
    jpeg.subarray(0, jpeg.length - 40),
    jpeg.subarray(0, 20),
    png.subarray(0, png.length >> 1),
    webp.subarray(0, webp.length >> 1),
    damaged,
    png.subarray(0, 1),
  ]) {
    const answer = await upload(house, given)
    expectProblem(answer, 'invalid_request')
    expect(answer.json.errors).toMatchObject([{ path: 'image' }])
  }
  const empty = await upload(house, Buffer.alloc(0))
  expectProblem(empty, 'invalid_request', { errors: [{ path: 'image', message: 'is empty' }] })
  const nothing = await ask(house.url, 'POST /v1/images', { as: house.admin })
  expectProblem(nothing, 'invalid_request', { errors: [{ path: 'image', message: 'is empty' }] })
  expect(readdirSync(join(house.dataDir, 'images'))).toEqual([])
})

/** As some telephones write a baseline JPEG: the head of its scan ends 0, 0, 0 instead of 0, 63, 0. */
function withOddScan(jpeg: Buffer): Buffer {
  const odd = Buffer.from(jpeg)
  const scan = odd.indexOf(Buffer.from([0xff, 0xda]))
  const end = scan + 2 + odd.readUInt16BE(scan + 2)
  expect([...odd.subarray(end - 3, end)]).toEqual([0, 63, 0])
  return Buffer.concat([odd.subarray(0, end - 2), Buffer.from([0]), odd.subarray(end - 1)])
}

test('what browsers show is taken: a warning of the decoder is no damage, and what is cut off is', async () => {
  const house = await sharedHouse()
  const jpeg = await noise(900, 600).jpeg().toBuffer()
  const [odd, halved] = [withOddScan(jpeg), withOddScan(jpeg).subarray(0, jpeg.length >> 1)]
  const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]))
  const between = Buffer.concat([jpeg.subarray(0, frame), Buffer.from([0, 1, 2]), jpeg.subarray(frame)])
  for (const given of [odd, between, Buffer.concat([jpeg, Buffer.alloc(90)])])
    expect(await taken(house, given)).toMatchObject({ width: 900, height: 600 })
  const ended = (bytes: Buffer) => Buffer.concat([bytes, Buffer.from([0xff, 0xd9])])
  const emptied = Buffer.from(jpeg).fill(0, jpeg.length >> 1, (jpeg.length >> 1) + 2_000)
  for (const given of [halved, ended(halved), ended(jpeg.subarray(0, jpeg.length >> 1)), emptied])
    expectProblem(await upload(house, given), 'invalid_request', {
      errors: [{ path: 'image', message: 'is broken: it could not be decoded to the end' }],
    })
})

test('a photograph of 50 or 200 megapixels is taken, in little memory', async () => {
  const house = await sharedHouse()
  const [fifty, large, plain] = [await grey(8_160, 6_144), await grey(16_320, 12_240), black(16_320, 12_240)]
  const before = process.resourceUsage().maxRSS
  expect(await taken(house, fifty)).toMatchObject({ width: 1_205, height: 1_600 })
  expect(await taken(house, large)).toMatchObject({ width: 1_200, height: 1_600 })
  await taken(house, plain)
  // KiB: as a whole each of the large ones is 600 MB.
  expect((process.resourceUsage().maxRSS - before) / 1024).toBeLessThan(300)
  // These are held as a whole by whatever decodes them.
  const progressive = await canvas(8, 8).jpeg({ progressive: true }).toBuffer()
  const whole = await upload(house, stating(progressive, 9_000, 9_000))
  expectProblem(whole, 'invalid_request', {
    errors: [{ path: 'image', message: expect.stringContaining(`${limits.imagePixelsHeldMax} pixels`) }],
  })
})

test('HEIC is refused with what to do, by its type and by its bytes', async () => {
  const house = await sharedHouse()
  const heic = Buffer.concat([Buffer.from('\0\0\0\x24ftypheic\0\0\0\0mif1heic', 'latin1'), Buffer.alloc(900)])
  for (const type of ['image/heic', 'image/heif', 'image/heic-sequence', 'image/jpeg', 'image/avif']) {
    const answer = await upload(house, heic, type)
    expectProblem(answer, 'unsupported_media_type')
    expect(answer.json.detail).toMatch(/^HEIC: send a JPEG\. On an iPhone .*Most Compatible$/)
  }
})

test('a bomb is refused before it goes off, and what is too large before it is read', async () => {
  const house = await sharedHouse()
  const bomb = black(20_000, 20_000)
  expect(bomb.length).toBeLessThan(limits.imageBytesMax)
  // Only its head says that it is 65535 by 65535.
  const stated = await painted()
  stated.writeUInt32BE(65_535, 16)
  stated.writeUInt32BE(65_535, 20)
  const started = performance.now()
  const refused = await upload(house, bomb)
  expect(performance.now() - started).toBeLessThan(20_000)
  const errors = [{ path: 'image', message: `must not have more than ${limits.imagePixelsMax} pixels` }]
  expectProblem(refused, 'invalid_request', { errors })
  expectProblem(await upload(house, stated), 'invalid_request')
  expectProblem(await upload(house, Buffer.alloc(limits.imageBytesMax + 1)), 'payload_too_large')
  // A byte less is read, and found to be none.
  expectProblem(await upload(house, Buffer.alloc(limits.imageBytesMax)), 'invalid_request')
  expect(await taken(house, black(60, 40))).toMatchObject({ width: 60, height: 40 })
  await taken(house, black(5_000, 9_999))
})

test('a picture is kept for its user alone on disk, once, under its own name and no half of it', async () => {
  const house = await openHouse()
  const [one, other] = [await painted(40, 30, '#f00'), await painted(40, 30, '#00f')]
  const first = await taken(house, one)
  expect(await taken(house, one)).toEqual(first)
  expect((await taken(house, other)).url).not.toBe(first.url)
  const folder = join(house.dataDir, 'images')
  expect(readdirSync(folder)).toHaveLength(4)
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  for (const file of readdirSync(folder)) {
    expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600)
    expect(readFileSync(join(folder, file))).toEqual(await bytesAt(`${house.url}/images/${file}`))
  }
})

test('no more wait than may: the others are told to try again, and nobody’s picture is lost', async () => {
  const house = await sharedHouse()
  const given = await canvas(4_000, 3_000).jpeg().toBuffer()
  const answers = await Promise.all(Array.from({ length: 40 }, () => upload(house, given)))
  const statuses = new Set(answers.map(({ status }) => status))
  expect(statuses).toEqual(new Set([201, 503]))
  const busy = answers.filter(({ status }) => status === 503)
  for (const answer of busy) {
    expectProblem(answer, 'try_again', { retryAfterSeconds: 1 })
    expect(answer.headers.get('retry-after')).toBe('1')
  }
  await taken(house, given)
})

test('bids do not wait for a picture', async () => {
  const house = await sharedHouse()
  const [ana, id] = [await house.person(), await house.auction()]
  const given = await canvas(7_000, 7_000).jpeg({ progressive: true }).toBuffer()
  let kept = false
  const uploading = taken(house, given).finally(() => (kept = true))
  let bids = 0
  for (; !kept; bids += 1) await ana.bid(id, { maximum: 1_000 + 100 * bids })
  await uploading
  expect(bids).toBeGreaterThan(10)
})

async function sendForm({ url, admin }: House, ...files: Blob[]): Promise<Answer> {
  const form = new FormData()
  form.set('title', 'a field of another program')
  files.forEach((file, i) => form.append('picture', file, `picture-${i}.jpg`))
  const { headers, body } = new Response(form) as { headers: Headers; body: ReadableStream }
  const bytes = Buffer.from(await new Response(body).arrayBuffer())
  return ask(url, 'POST /v1/images', {
    as: admin,
    body: bytes,
    headers: { 'content-type': headers.get('content-type')! },
  })
}

test('a picture comes as the file of a form, too, and is the same one', async () => {
  const house = await sharedHouse()
  const bytes = await painted()
  const answer = await sendForm(house, new Blob([new Uint8Array(bytes)], { type: 'image/png' }))
  expect(answer.status).toBe(201)
  expect(answer.headers.get('idempotency-replayed')).toBeNull()
  const again = await upload(house, bytes, 'image/png')
  expect(again.json).toEqual(answer.json)
  expect(again.headers.get('idempotency-replayed')).toBe('true')
})

test('a form with no picture, an empty one, two, one that is too large, or that breaks off is refused in words', async () => {
  const house = await sharedHouse()
  const picture = new Blob([new Uint8Array(await painted())])
  expectProblem(await sendForm(house), 'invalid_request')
  expectProblem(await sendForm(house, new Blob([])), 'invalid_request')
  expectProblem(await sendForm(house, new Blob(['no picture'])), 'invalid_request')
  expectProblem(await sendForm(house, new Blob([Buffer.alloc(limits.imageBytesMax + 1)])), 'payload_too_large')
  const type = { 'content-type': 'multipart/form-data; boundary=x' }
  const half = '--x\r\ncontent-disposition: form-data; name="a"; filename="a.jpg"\r\n\r\nhalf'
  for (const body of [half, 'nothing', ''])
    expectProblem(await ask(house.url, 'POST /v1/images', { as: house.admin, headers: type, body }), 'invalid_request')
  const unbounded = { 'content-type': 'multipart/form-data' }
  const answer = await ask(house.url, 'POST /v1/images', { as: house.admin, headers: unbounded, body: half })
  expectProblem(answer, 'invalid_request')
  expect((await sendForm(house, picture)).status).toBe(201)
})
