import { expect, test } from 'vitest'
import { fetchOutward, isPublic } from '../../src/adapters/outward.ts'
import { limits } from '../../src/config/limits.ts'
import { ManualClock } from '../support/clock.ts'
import { CERTIFICATE, openOtherSite } from '../support/other-site.ts'
import { holds } from '../support/patch.ts'
import { painted } from '../support/pictures.ts'
import { type House, openHouse } from '../support/service.ts'
import { ask, lot } from './support.ts'

const outward = { mayReach: (address: string) => address === '127.0.0.1', ca: CERTIFICATE }
const never = new AbortController().signal

const copyAt = ({ url }: House, address: string, size = 'large') =>
  fetch(`${url}/images/copy?size=${size}&of=${encodeURIComponent(address)}`)

test('a picture of another site is fetched once by the service, and shown from there', async () => {
  const picture = await painted(2_000, 1_000)
  const site = await openOtherSite((_request, reply) => reply.end(picture))
  const house = await openHouse({}, { outward })
  const address = `${site.url}/a.png?x=1`
  const { id, images } = await house.admin.create({ ...lot, images: [address] })
  expect(images).toEqual([address])
  await expect.poll(async () => (await copyAt(house, address)).status).toBe(200)
  const copy = await copyAt(house, address, 'small')
  expect(copy.headers.get('content-type')).toBe('image/webp')
  expect(Buffer.from(await copy.arrayBuffer()).toString('latin1', 8, 12)).toBe('WEBP')
  await house.admin.update(id, { images: [address, `${site.url}/b.png`] })
  await expect.poll(async () => (await copyAt(house, `${site.url}/b.png`)).status).toBe(200)
  expect(site.asked).toEqual(['/a.png?x=1', '/b.png'])
})

test('a slow site of one seller’s pictures holds up nobody else’s', async () => {
  holds(limits, { copiesDueMax: 4, copyTimeoutMs: 1_000 })
  const picture = await painted()
  const site = await openOtherSite(({ url = '' }, reply) => (url.startsWith('/slow') ? undefined : reply.end(picture)))
  const house = await openHouse({}, { outward })
  const [ana, ben] = [await house.person('Ana', 'seller'), await house.person('Ben', 'seller')]
  const slow = Array.from({ length: 9 }, (_, i) => `${site.url}/slow/${i}`)
  await ana.create({ ...lot, images: slow })
  await expect.poll(() => site.asked.length).toBe(limits.copiesAtOnce)
  await ben.create({ ...lot, images: [`${site.url}/a.png`] })
  // One of the slow ones has to give up first.
  await expect.poll(async () => (await copyAt(house, `${site.url}/a.png`)).status).toBe(200)
})

test('what nobody named is not fetched, and no page lets a browser load from elsewhere', async () => {
  const site = await openOtherSite((_request, reply) => reply.end())
  const house = await openHouse({}, { outward })
  expect((await copyAt(house, `${site.url}/x.png`)).status).toBe(404)
  expect(site.asked).toEqual([])
  const policy = (await ask(house.url, 'GET /v1/auctions')).headers.get('content-security-policy')
  expect(policy).toMatch(/img-src 'self'(;|$)/)
})

test('an auction with a picture that cannot be had is created at once; the picture is tried again, less and less often', async () => {
  const clock = new ManualClock()
  let isUp = false
  const picture = await painted()
  const site = await openOtherSite((_request, reply) => (isUp ? reply.end(picture) : reply.writeHead(503).end()))
  const house = await openHouse({}, { outward, clock })
  const address = `${site.url}/a.png`
  await house.admin.create({
    ...lot,
    images: [address, 'https://127.0.0.2/b.png', 'https://no-such-host.invalid/c.png'],
  })
  await expect.poll(() => site.asked.length).toBe(1)
  expect((await copyAt(house, address)).headers.get('cache-control')).toBe('no-store')
  // Until the failure is noted.
  await new Promise((resolve) => setTimeout(resolve, 100))
  for (const tries of [2, 2, 2, 3]) {
    await clock.advance(tries === 3 ? 600_000 : 60_000)
    await expect.poll(() => site.asked.length).toBe(tries)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  isUp = true
  await clock.advance(3_600_000)
  await expect.poll(async () => (await copyAt(house, address)).status).toBe(200)
})

test.each([
  ['0.0.0.0', false],
  ['10.1.2.3', false],
  ['100.64.0.1', false],
  ['127.0.0.1', false],
  ['169.254.169.254', false],
  ['172.31.255.255', false],
  ['192.168.1.1', false],
  ['198.19.0.1', false],
  ['224.0.0.1', false],
  ['255.255.255.255', false],
  ['::', false],
  ['::1', false],
  ['::ffff:8.8.8.8', false],
  ['::ffff:127.0.0.1', false],
  ['64:ff9b::7f00:1', false],
  ['fc00::1', false],
  ['fd12::1', false],
  ['fe80::1', false],
  ['ff02::1', false],
  ['2001::1', false],
  ['2001:db8::1', false],
  ['2002:7f00:1::', false],
  ['localhost', false],
  ['8.8.8.8', true],
  ['172.32.0.1', true],
  ['100.128.0.1', true],
  ['2606:4700::1111', true],
])('%s is public: %s', (address, is) => {
  expect(isPublic(address)).toBe(is)
})

test.each([
  'https://127.0.0.1/',
  'https://2130706433/',
  'https://0x7f.1/',
  'https://[::1]/',
  'https://[::ffff:127.0.0.1]/',
  'https://169.254.169.254/latest/meta-data',
  'https://localhost/',
])('%s is not reached', async (address) => {
  await expect(fetchOutward(address, never)).rejects.toThrow(/at no public address/)
})

test('where it sends on to is looked at like the first address: by https, to no closed address, and not for ever', async () => {
  const site = await openOtherSite(({ url }, reply) => {
    const to: Record<string, string> = {
      '/here': '/picture',
      '/loop': '/loop',
      '/closed': 'https://127.0.0.2/x',
      '/plain': 'http://127.0.0.1/x',
      '/nowhere': 'https://',
    }
    const location = to[url ?? '']
    if (location === undefined) reply.end('bytes')
    else reply.writeHead(302, { location }).end()
  })
  const at = async (path: string) => (await fetchOutward(site.url + path, never, outward)).toString()
  expect(await at('/here')).toBe('bytes')
  await expect(at('/loop')).rejects.toThrow('sends on too often')
  await expect(at('/closed')).rejects.toThrow('is at no public address')
  await expect(at('/plain')).rejects.toThrow('is not https')
  await expect(at('/nowhere')).rejects.toThrow('sends on to nowhere')
  // By name as well: what it resolves to is what is connected to.
  expect(
    (
      await fetchOutward(`${site.url.replace('127.0.0.1', 'localhost')}/`, never, { ...outward, mayReach: () => true })
    ).toString(),
  ).toBe('bytes')
  await expect(
    fetchOutward(`${site.url.replace('127.0.0.1', 'localhost')}/`, never, { ...outward, mayReach: () => false }),
  ).rejects.toThrow('is at no public address')
})

test('what is too large, too slow, cut off or no answer is none', async () => {
  holds(limits, { imageBytesMax: 1_000, copyTimeoutMs: 500 })
  const site = await openOtherSite(({ url }, reply) => {
    if (url === '/large') reply.end(Buffer.alloc(1_001))
    else if (url === '/endless') {
      const more = (error?: Error | null) =>
        error || reply.destroyed ? undefined : reply.write(Buffer.alloc(700), (failed) => setTimeout(more, 5, failed))
      more()
    } else if (url === '/slow') reply.writeHead(200).write('x')
    else if (url === '/cut') {
      reply.writeHead(200, { 'content-length': 100 }).write('x')
      setTimeout(() => reply.destroy(), 20)
    } else if (url === '/just') reply.end(Buffer.alloc(1_000))
    else reply.writeHead(404).end()
  })
  const at = (path: string) => fetchOutward(site.url + path, never, outward)
  expect(await at('/just')).toHaveLength(1_000)
  await expect(at('/large')).rejects.toThrow('has more than 1000 bytes')
  await expect(at('/endless')).rejects.toThrow('has more than 1000 bytes')
  await expect(at('/slow')).rejects.toThrow('takes too long')
  await expect(at('/cut')).rejects.toThrow(/aborted|cut off/)
  await expect(at('/none')).rejects.toThrow('answers 404')
  await expect(fetchOutward('https://127.0.0.1:1/', never, outward)).rejects.toThrow(/ECONNREFUSED/)
})
