import { createECDH, randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { CERTIFICATE, type OtherSite, openOtherSite } from '../support/other-site.ts'
import type { Client } from '../../src/sdk/index.ts'
import { type House, openHouse, sharedHouse } from '../support/service.ts'
import { CLOSED_ADDRESSES, resolving } from './closed-addresses.ts'
import { ask, expectProblem } from './support.ts'

type Ece = {
  decrypt(body: Buffer, given: { version: string; privateKey: object; authSecret: string }): Buffer
}
const ece = createRequire(import.meta.url)('http_ece') as Ece

type Message = { readonly title: string; readonly body: string; readonly url: string; readonly tag: string }

/** A browser's end of a push service: it decrypts what comes as a browser does. */
class PushEnd {
  readonly messages: Message[] = []
  readonly headers: IncomingMessage['headers'][] = []
  status = 201
  readonly #key = createECDH('prime256v1')
  readonly #auth = randomBytes(16).toString('base64url')
  readonly #public = this.#key.generateKeys('base64url')
  site!: OtherSite

  static async open(): Promise<PushEnd> {
    const end = new PushEnd()
    end.site = await openOtherSite((request, reply) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const given = { version: 'aes128gcm', privateKey: end.#key, authSecret: end.#auth }
        end.messages.push(JSON.parse(ece.decrypt(Buffer.concat(chunks), given).toString()) as Message)
        end.headers.push(request.headers)
        reply.writeHead(end.status).end()
      })
    })
    return end
  }

  get subscription() {
    return { endpoint: `${this.site.url}/push/1`, keys: { p256dh: this.#public, auth: this.#auth } }
  }
}

/** Such as a browser has. */
const KEYS = {
  p256dh: createECDH('prime256v1').generateKeys('base64url'),
  auth: randomBytes(16).toString('base64url'),
}

async function refusedFields(house: House, body: object): Promise<string[]> {
  const answer = await ask(house.url, 'POST /v1/me/push', { as: house.admin, body })
  expectProblem(answer, 'invalid_request')
  return (answer.json as { errors: { path: string }[] }).errors.map(({ path }) => path)
}

const openPushing = () => openHouse({}, { outward: { mayReach: () => true, ca: CERTIFICATE } })

async function subscribe(house: House, as: Client, end: PushEnd): Promise<void> {
  expect((await ask(house.url, 'POST /v1/me/push', { as, body: end.subscription })).status).toBe(201)
}

test('whoever wins is told on every browser of theirs, encrypted for it and signed by the house; one that is gone is forgotten', async () => {
  const house = await openPushing()
  const [ana, phone, desk] = [await house.person(), await PushEnd.open(), await PushEnd.open()]
  const { json } = await ask(house.url, 'GET /v1/me/push', { as: ana })
  for (const end of [phone, desk]) await subscribe(house, ana, end)
  await ana.setPreferences({ language: 'es' })
  const won = async (title: string) => {
    const id = await house.auction({ title })
    await ana.bid(id, { maximum: 777_700 })
    await house.admin.close(id)
    return id
  }
  const id = await won('Reloj')
  const message = {
    title: 'Ha ganado: Reloj',
    body: 'El martillo ha caído para usted, por 10,00\u00a0€.',
    url: `/auctions/${id}`,
  }
  for (const end of [phone, desk]) await expect.poll(() => end.messages).toMatchObject([message])
  expect(phone.headers[0]!.authorization).toContain(`k=${(json as { key: string }).key}`)
  expect(JSON.stringify(phone.messages)).not.toContain('777')

  phone.status = 410
  await won('Another')
  await expect.poll(() => [phone, desk].map(({ messages }) => messages.length)).toEqual([2, 2])
  await expect
    .poll(async () => (await ask(house.url, 'GET /v1/deliveries?state=waiting', { as: house.admin })).json)
    .toMatchObject({ items: [] })
  await won('A third')
  await expect.poll(() => desk.messages.length).toBe(3)
  expect(phone.messages).toHaveLength(2)
  const body = { endpoint: desk.subscription.endpoint }
  expect((await ask(house.url, 'DELETE /v1/me/push', { as: ana, body })).status).toBe(204)
})

test('a browser belongs to whoever signed in there last, and nobody takes it from another', async () => {
  const house = await openPushing()
  const [ana, eve, end] = [await house.person(), await house.person(), await PushEnd.open()]
  await subscribe(house, ana, end)
  await ask(house.url, 'DELETE /v1/me/push', { as: eve, body: { endpoint: end.subscription.endpoint } })
  await subscribe(house, eve, end)
  const id = await house.auction()
  await ana.bid(id, { amount: 1_000 })
  await house.admin.close(id)
  await expect.poll(async () => (await ana.notices()).items.map(({ kind }) => kind)).toEqual(['won'])
  const sent = await ask(house.url, 'GET /v1/deliveries?way=push', { as: house.admin })
  expect(sent.json).toMatchObject({ items: [] })
  expect(end.messages).toEqual([])
})

test('a push service is looked up for each message, and not reached once any of its addresses is closed', async () => {
  const end = await PushEnd.open()
  const { resolve } = resolving(['127.0.0.1'], ['127.0.0.1', '10.0.0.1'])
  const mayReach = (address: string) => address === '127.0.0.1'
  const house = await openHouse({}, { outward: { mayReach, ca: CERTIFICATE, resolve } })
  const ana = await house.person()
  const endpoint = `${end.site.url.replace('127.0.0.1', 'localhost')}/push/1`
  const body = { ...end.subscription, endpoint }
  expect((await ask(house.url, 'POST /v1/me/push', { as: ana, body })).status).toBe(201)
  const sent = async () => {
    const answer = await ask(house.url, 'GET /v1/deliveries?way=push', { as: house.admin })
    return (answer.json as { items: { state: string; error: string | null }[] }).items
  }
  const win = async () => {
    const id = await house.auction()
    await ana.bid(id, { amount: 1_000 })
    await house.admin.close(id)
  }
  await win()
  await expect.poll(sent).toMatchObject([{ state: 'sent' }])
  await win()
  await expect.poll(sent).toMatchObject([{ error: 'is at no public address' }, { state: 'sent' }])
  expect(end.messages).toHaveLength(1)
})

test.each([...CLOSED_ADDRESSES.map((address) => `https://${address}/push`), 'http://push.example/1', 'nothing'])(
  '%s is no push service',
  async (endpoint) => {
    const house = await sharedHouse()
    expect(await refusedFields(house, { endpoint, keys: KEYS })).toEqual(['endpoint'])
  },
)

test.each([
  [{ p256dh: 'p'.repeat(87), auth: KEYS.auth }, 'keys.p256dh'],
  [{ p256dh: KEYS.p256dh.slice(0, -2), auth: KEYS.auth }, 'keys.p256dh'],
  [{ p256dh: KEYS.p256dh, auth: 'a'.repeat(20) }, 'keys.auth'],
])('nothing could be encrypted for a browser with such keys (%#)', async (keys, field) => {
  const house = await sharedHouse()
  expect(await refusedFields(house, { endpoint: 'https://push.example/1', keys })).toEqual([field])
})
