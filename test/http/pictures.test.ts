import { once } from 'node:events'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { limits } from '../../src/config/limits.ts'
import { auctionView } from '../../src/domain/wire.ts'
import { Client } from '../../src/sdk/index.ts'
import { ADMIN } from '../support/people.ts'
import { canvas, leaveNoRoom, painted } from '../support/pictures.ts'
import { freePort, runService } from '../support/process.ts'
import { type House, openHouse, sharedHouse, temporaryFolder } from '../support/service.ts'
import { ask, expectProblem, expectShape, lot, onTheWire } from './support.ts'

const NONE = `/images/${'0'.repeat(64)}.webp`

async function blob(width = 40, height = 30, background = '#a33'): Promise<Blob> {
  return new Blob([await painted(width, height, background)], { type: 'image/png' })
}

async function uploaded({ admin }: House): Promise<string> {
  return (await admin.upload(await blob())).url
}

test('a picture is shown to pages everywhere, for good, and as nothing but a picture', async () => {
  const house = await sharedHouse()
  const url = await uploaded(house)
  for (const path of [url, url.replace('.webp', '-640.webp')]) {
    const answer = await ask(house.url, `GET ${path}`, { headers: { origin: 'https://elsewhere.example' } })
    expect(answer.status).toBe(200)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'image/webp',
      'cache-control': 'public, max-age=31536000, immutable',
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'",
    })
    const head = await ask(house.url, `HEAD ${path}`)
    expect({ status: head.status, length: head.headers.get('content-length'), text: head.text }).toEqual({
      status: 200,
      length: answer.headers.get('content-length'),
      text: '',
    })
  }
})

test('nothing is shown but pictures of ours: no other name, no other folder', async () => {
  const house = await sharedHouse()
  const url = await uploaded(house)
  const name = url.slice('/images/'.length)
  writeFileSync(join(house.dataDir, 'images', 'notes.webp'), 'a secret of the house')
  writeFileSync(join(house.dataDir, 'images', `${'a'.repeat(64)}.half`), 'a secret of the house')
  mkdirSync(join(house.dataDir, 'images', 'more'))
  writeFileSync(join(house.dataDir, 'images', 'more', name), 'a secret of the house')
  const paths = [
    NONE,
    '/images/',
    '/images/notes.webp',
    `/images/${'a'.repeat(64)}.half`,
    `/images/more/${name}`,
    `/images/more%2f${name}`,
    `/images/more%5c${name}`,
    '/images/..%2fmartillo.db',
    '/images/..%2faccess-key.pem',
    '/images/%2e%2e%2faccess-key.pem',
    '/images/..%5caccess-key.pem',
    '/images/..%252faccess-key.pem',
    `/images/..%2fimages%2f${name}`,
    `/images/.%2f${name}`,
    `/images/${name.slice(0, -5)}`,
    `/images/${name}%00`,
    `/images/${name}%0a`,
    `/images/${name}.webp`,
    `/images/${name.toUpperCase()}`,
    `/images/%20${name}`,
    `/images/${name.replace('.webp', '-641.webp')}`,
    `/images/${name.replace('.webp', '-640-640.webp')}`,
    `/v1/images/${name}`,
    '/images',
  ]
  for (const path of paths) {
    const answer = await ask(house.url, `GET ${path}`)
    expectProblem(answer, 'not_found')
    expect(answer.text).not.toMatch(/PRIVATE KEY|SQLite|a secret/)
    expect(answer.headers.get('cache-control') ?? 'no-store').toBe('no-store')
  }
  for (const path of ['/images/../access-key.pem', '/images/../../etc/passwd', '//images/../access-key.pem']) {
    const bytes = await onTheWire(house.url, `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`)
    expect(bytes).toMatch(/^HTTP\/1\.1 404 /)
    expect(bytes).not.toMatch(/PRIVATE KEY|root:/)
  }
})

test('an auction takes pictures of ours by their path, and shows them as they were given', async () => {
  const house = await sharedHouse()
  const [one, other] = [await house.admin.upload(await blob()), await house.admin.upload(await blob(9, 9, '#00f'))]
  const images = [one.url, 'https://img.example/a.jpg', other.url]
  const created = await ask(house.url, 'POST /v1/auctions', { as: house.admin, body: { ...lot, images } })
  expect(created.status).toBe(201)
  const { id } = expectShape(auctionView, created.json)
  expect((await ask(house.url, `GET /v1/auctions/${id}`)).json.images).toEqual(images)
  const changed = await house.admin.update(id, { images: [other.url] })
  expect(changed.images).toEqual([other.url])
  const { events } = (await ask(house.url, `GET /v1/auctions/${id}/events`)).json
  expect(events[0].data.images).toEqual(images)
})

test('a picture that does not exist is refused by its place, and changes nothing', async () => {
  const house = await openHouse()
  const url = await uploaded(house)
  const body = { ...lot, images: [url, 'https://img.example/a.jpg', NONE] }
  const errors = [{ path: 'images.2', message: 'no such picture' }]
  expectProblem(await ask(house.url, 'POST /v1/auctions', { as: house.admin, body }), 'invalid_request', { errors })
  expect((await house.admin.auctions()).items).toEqual([])
  const id = await house.auction({ images: [url] })
  const patch = (images: string[]) => ask(house.url, `PATCH /v1/auctions/${id}`, { as: house.admin, body: { images } })
  const missing = await patch([NONE])
  expectProblem(missing, 'invalid_request', { errors: [{ path: 'images.0', message: 'no such picture' }] })
  for (const wrong of [
    url.replace('.webp', '-640.webp'),
    url.slice(1),
    `/${url}`,
    `${url}?x=1`,
    `${url}#x`,
    url.toUpperCase(),
    url.replace('.webp', '.png'),
    '/images/../access-key.pem',
    '/images/x.webp',
    house.url + url,
    `//evil.example${url}`,
    `${url}\n`,
  ]) {
    const answer = await patch([wrong])
    expectProblem(answer, 'invalid_request')
    expect(answer.json.errors).toMatchObject([{ path: 'images.0', message: expect.stringContaining('https address') }])
  }
  expect((await house.admin.auction(id)).images).toEqual([url])
})

test('a restart keeps pictures, and sweeps away what was half written', async () => {
  const folder = temporaryFolder()
  const before = await openHouse({}, {}, folder)
  const url = await uploaded(before)
  const shown = (await ask(before.url, `GET ${url}`)).text
  await before.service.close()
  const files = readdirSync(join(folder, 'images')).toSorted()
  writeFileSync(join(folder, 'images', '4f6c.half'), 'half a picture')
  const after = await openHouse({}, {}, folder)
  expect((await ask(after.url, `GET ${url}`)).text).toBe(shown)
  expect(readdirSync(join(folder, 'images')).toSorted()).toEqual(files)
  expect((await after.admin.upload(await blob())).url).toBe(url)
  expect((await ask(after.url, 'POST /v1/auctions', { as: after.admin, body: { ...lot, images: [url] } })).status).toBe(
    201,
  )
})

test('where there is no room, nothing is taken and nothing is written, and what is there stays', async () => {
  const folder = temporaryFolder()
  const before = await openHouse({}, {}, folder)
  const url = await uploaded(before)
  await before.service.close()
  // Counted at the start: room for no more than a few bytes.
  leaveNoRoom(folder, 20)
  const house = await openHouse({}, {}, folder)
  const files = readdirSync(join(folder, 'images')).toSorted()
  const upload = async (body: Buffer) => ask(house.url, 'POST /v1/images', { as: house.admin, body })
  for (const body of [await painted(50, 50, '#0a0'), await canvas(900, 900, '#00f').png().toBuffer()]) {
    const answer = await upload(body)
    expectProblem(answer, 'pictures_unavailable')
    expect(answer.json.detail).toMatch(/no room/)
  }
  expect(readdirSync(join(folder, 'images')).toSorted()).toEqual(files)
  expectProblem(await upload(Buffer.from('no picture')), 'invalid_request')
  // What is kept already needs no room.
  expect(await uploaded(house)).toBe(url)
  expect((await ask(house.url, `GET ${url}`)).status).toBe(200)
})

test('no more uploads come in at once than may wait; one that is broken off makes room', async () => {
  const house = await sharedHouse()
  const token = (await house.admin.session.token())!
  const { hostname, port } = new URL(house.url)
  const head = `POST /v1/images HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\ncontent-type: image/png\r\nexpect: 100-continue\r\ncontent-length: 9\r\n\r\n`
  const slow = Array.from({ length: limits.picturesWaitingMax }, () => connect(Number(port), hostname))
  onTestFinished(() => slow.forEach((socket) => void socket.destroy()))
  for (const socket of slow) {
    socket.write(head)
    expect(String(await once(socket, 'data'))).toMatch(/^HTTP\/1\.1 100 /)
  }
  const upload = async () => ask(house.url, 'POST /v1/images', { as: house.admin, body: await painted() })
  await expect.poll(async () => (await upload()).status).toBe(503)
  expectProblem(await upload(), 'try_again', { retryAfterSeconds: 1 })
  slow[0]!.destroy()
  await expect.poll(async () => (await upload()).status).toBe(201)
})

test('where only members watch, a picture is shown to whoever has its name, and uploading needs a seller', async () => {
  const house = await openHouse({ WATCHING: 'members' })
  const url = await uploaded(house)
  expect((await ask(house.url, `GET ${url}`)).status).toBe(200)
  expectProblem(await ask(house.url, 'POST /v1/images', { body: await painted() }), 'unauthenticated')
})

test('the SDK uploads as many as it is given, one after the other, and a wrong one stops none', async () => {
  const house = await sharedHouse()
  let [now, most] = [0, 0]
  const counted: typeof fetch = async (input, init) => {
    most = Math.max(most, (now += 1))
    return fetch(input, init).finally(() => (now -= 1))
  }
  const seller = new Client(house.url, { fetch: counted })
  await seller.signIn(ADMIN.email, ADMIN.password)
  const wrong = new Blob(['no picture'], { type: 'image/png' })
  const blobs = await Promise.all(Array.from({ length: 24 }, (_, i) => blob(100 + i, 50)))
  const uploads = await Promise.allSettled(
    [...blobs.slice(0, 5), wrong, ...blobs.slice(5)].map((one) => seller.upload(one)),
  )
  expect(uploads.map(({ status }) => status)).toEqual(uploads.map((_, i) => (i === 5 ? 'rejected' : 'fulfilled')))
  expect(most).toBe(1)
  expect(uploads[5]).toMatchObject({ reason: { code: 'invalid_request' } })
  expect(uploads[0]).toMatchObject({ value: { width: 100, height: 50, url: expect.stringMatching(/^\/images\//) } })
  await expect(seller.upload(new Blob(['x']))).rejects.toMatchObject({ code: 'unsupported_media_type' })
})

test('a machine that cannot decode pictures runs all the same, and says so when one comes', async () => {
  const hook = fileURLToPath(new URL('../support/without-sharp.mjs', import.meta.url))
  const folder = temporaryFolder()
  const running = await runService(folder, await freePort(), { NODE_OPTIONS: `--import ${hook}` })
  onTestFinished(async () => void (await running.kill('SIGTERM')))
  const admin = new Client(running.url)
  await admin.signIn(ADMIN.email, ADMIN.password)
  for (let i = 0; i < 2; i += 1) {
    const answer = await ask(running.url, 'POST /v1/images', { as: admin, body: await painted() })
    expectProblem(answer, 'pictures_unavailable')
    expect(answer.json.detail).toMatch(/not installed/)
  }
  expect((await admin.create({ ...lot, images: ['https://img.example/a.jpg'] })).status).toBe('open')
})
