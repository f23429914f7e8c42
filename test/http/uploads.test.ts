import { readdirSync, writeFileSync } from 'node:fs'
import { type ClientRequest, request } from 'node:http'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { limits, rates } from '../../src/config/limits.ts'
import { Client } from '../../src/sdk/index.ts'
import { ManualClock } from '../support/clock.ts'
import { holds } from '../support/patch.ts'
import { ADMIN } from '../support/people.ts'
import { painted } from '../support/pictures.ts'
import { freePort, runService } from '../support/process.ts'
import { type House, openHouse, sharedHouse, temporaryFolder } from '../support/service.ts'
import { type Answer, ask, expectProblem, lot } from './support.ts'

const DAY_MS = 24 * 3_600_000

const upload = ({ url }: House, as: Client, body: Buffer): Promise<Answer> =>
  ask(url, 'POST /v1/images', { as, body, headers: { 'content-type': 'image/png' } })

/** An upload that stays on its way; told where it is answered all the same. */
async function slow({ url }: House, as: Client, answered: (status: number) => void): Promise<void> {
  const headers = {
    'content-type': 'image/png',
    'content-length': 1_000,
    authorization: `Bearer ${await as.session.token()}`,
  }
  const asked = request(`${url}/v1/images`, { method: 'POST', headers })
  asked.on('error', () => {})
  asked.on('response', ({ statusCode }) => answered(statusCode ?? 0))
  asked.write('x')
  onTestFinished(() => void asked.destroy())
}

test('slow uploads of one person keep out nobody else', async () => {
  const house = await sharedHouse()
  const [ana, ben] = [await house.person('Ana', 'seller'), await house.person('Ben', 'seller')]
  const bytes = await painted()
  const answers: number[] = []
  for (let i = 0; i < 20; i += 1) await slow(house, ana, (status) => answers.push(status))
  await expect.poll(() => answers).toEqual(Array(20 - limits.uploadsPerPersonMax).fill(503))
  expectProblem(await upload(house, ana, bytes), 'try_again', { retryAfterSeconds: 1 })
  expect((await upload(house, ben, bytes)).status).toBe(201)
})

/** An answer that overtakes its body is lost now and then, not each time. */
const TRIES = 6

test('an upload that is too large, or of another kind, gets its answer although the body is still coming', async () => {
  // As a process of its own: in one loop the client would read the answer before it writes on.
  const service = await runService(temporaryFolder(), await freePort())
  onTestFinished(async () => void (await service.kill('SIGTERM')))
  const { url } = service
  const seller = new Client(url)
  await seller.signIn(ADMIN.email, ADMIN.password)
  const body = Buffer.alloc(14_000_000)
  const statuses: Record<string, unknown[]> = { 'image/png': [], 'image/heic': [], stranger: [] }
  for (let i = 0; i < TRIES; i += 1)
    for (const [type, answered] of Object.entries(statuses)) {
      const sent = { as: type === 'stranger' ? null : seller, body, headers: { 'content-type': type } }
      const answer = ask(url, 'POST /v1/images', sent)
      answered.push(
        await answer.then(
          ({ status }) => status,
          (error: Error) => String(error.cause),
        ),
      )
    }
  expect(statuses).toEqual({
    'image/png': Array(TRIES).fill(413),
    'image/heic': Array(TRIES).fill(415),
    stranger: Array(TRIES).fill(401),
  })
})

test('a refused body that never ends, or does not come, is not waited for', async () => {
  holds(limits, { drainBytesMax: 1_000_000, drainIdleMs: 50 })
  const { url, admin } = await sharedHouse()
  const headers = { 'content-type': 'image/png', authorization: `Bearer ${await admin.session.token()}` }
  const answered = (send: (asked: ClientRequest) => void) =>
    new Promise<number | string>((resolve) => {
      const sent = { method: 'POST', headers: { ...headers, 'content-length': 1_000_000_000 } }
      const asked = request(`${url}/v1/images`, sent, ({ statusCode }) => resolve(statusCode!))
      asked.on('error', (error: NodeJS.ErrnoException) => resolve(error.code!))
      onTestFinished(() => void asked.destroy())
      send(asked)
    })
  expect(await answered((asked) => asked.flushHeaders())).toBe(413)
  let sent = 0
  const endless = (asked: ClientRequest) => {
    sent += 100_000
    asked.write(Buffer.alloc(100_000), (error) => error ?? (!asked.destroyed && setImmediate(endless, asked)))
  }
  // Whatever the client then sees of it: it was let go.
  expect([413, 'EPIPE', 'ECONNRESET']).toContain(await answered(endless))
  expect(sent).toBeLessThan(50_000_000)
})

test('a seller’s pictures are bound in bytes, and in pixels an hour; admins by the hour alone', async () => {
  holds(limits, { imagesBytesPerSellerMax: 300 })
  holds(rates, { pixels: { perSecond: 3_000 / 3_600, burst: 3_000 } })
  const clock = new ManualClock()
  const house = await openHouse({ RATE_LIMITS: 'on' }, { clock })
  const ana = await house.person('Ana', 'seller')
  const [one, two, three] = [
    await painted(40, 30, '#f00'),
    await painted(40, 30, '#0f0'),
    await painted(40, 30, '#00f'),
  ]
  expect((await upload(house, ana, one)).status).toBe(201)
  const full = await upload(house, ana, two)
  expectProblem(full, 'pictures_unavailable')
  expect(full.json.detail).toMatch(/^Your pictures take up all/)
  const spent = await upload(house, ana, three)
  expectProblem(spent, 'rate_limited', { retryAfterSeconds: 720 })
  for (const bytes of [two, three]) expect((await upload(house, house.admin, bytes)).status).toBe(201)
  clock.jump(720_000)
  expect((await upload(house, ana, one)).status).toBe(201)
})

test('pictures that no auction names go after a week, and no others', async () => {
  const clock = new ManualClock()
  const house = await openHouse({}, { clock })
  const ana = await house.person('Ana', 'seller')
  const colours = ['#f00', '#0f0', '#00f', '#ff0']
  const urls: string[] = []
  for (const colour of colours) urls.push((await upload(house, ana, await painted(40, 30, colour))).json.image.url)
  const [named, drafted, unused, again] = urls as [string, string, string, string]
  await ana.create({ ...lot, images: [named], durationSeconds: 30 * 24 * 3_600 })
  await ana.create({ ...lot, images: [drafted], status: 'draft' })
  const early = 'e'.repeat(64)
  writeFileSync(join(house.dataDir, 'images', `${early}.webp`), 'from before')
  const there = async () =>
    Promise.all([...urls, `/images/${early}.webp`].map(async (url) => (await fetch(house.url + url)).status === 200))

  const swept = async (days: number) => {
    for (let day = 0; day < days; day += 1) {
      clock.jump(DAY_MS - 1_000)
      await clock.advance(1_000)
      await new Promise((resolve) => setTimeout(resolve, 60))
    }
  }
  await swept(5)
  expect(await there()).toEqual([true, true, true, true, true])
  await ana.signIn(ana.session.user!.email, 'password of Ana')
  expect((await upload(house, ana, await painted(40, 30, colours[3]))).json.image.url).toBe(again)
  await swept(3)
  // What nobody recorded was recorded at the first sweep.
  await expect.poll(there).toEqual([true, true, false, true, false])
  await swept(5)
  await expect.poll(there).toEqual([true, true, false, false, false])
  expect(readdirSync(join(house.dataDir, 'images'))).toHaveLength(4)
  await ana.signIn(ana.session.user!.email, 'password of Ana')
  const missing = await ask(house.url, 'POST /v1/auctions', { as: ana, body: { ...lot, images: [unused] } })
  expectProblem(missing, 'invalid_request', { errors: [{ path: 'images.0', message: 'no such picture' }] })
})
