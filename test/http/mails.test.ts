import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { limits } from '../../src/config/limits.ts'
import { Client } from '../../src/sdk/index.ts'
import { ManualClock } from '../support/clock.ts'
import { type Arrived, MailServer } from '../support/mail-server.ts'
import { freePort } from '../support/process.ts'
import { type House, openHouse } from '../support/service.ts'
import { ask, expectProblem } from './support.ts'

type Posted = House & { readonly post: MailServer; readonly clock: ManualClock }

/** A house that sends mail, whose time stands still. */
async function openPosted(settings: Record<string, string> = {}): Promise<Posted> {
  const [post, clock, port] = [await MailServer.open(), new ManualClock(), String(await freePort())]
  const here = { PORT: port, PUBLIC_URL: `http://127.0.0.1:${port}` }
  const mail = { SMTP_URL: post.url, MAIL_FROM: 'Clock house <bids@house.example>', ...here }
  return { ...(await openHouse({ ...mail, ...settings }, { clock })), post, clock }
}

/** Lets time pass until somebody has so many mails. */
async function mailsTo({ post, clock }: Posted, { email }: Account, count: number): Promise<Arrived[]> {
  await expect
    .poll(async () => {
      await clock.advance(limits.deliveriesEveryMs)
      return post.to(email).map(({ subject }) => subject)
    })
    .toHaveLength(count)
  return post.to(email)
}

/** Nothing more comes, however often it is looked, but what asks somebody new to confirm their address. */
async function expectNoMore({ post, clock }: Posted): Promise<void> {
  const before = post.mails.length
  for (let n = 0; n < 5; n += 1) {
    await clock.advance(limits.deliveriesEveryMs)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const more = post.mails.slice(before).filter(({ subject }) => !subject!.startsWith('Your e-mail address'))
  expect(more.map(({ subject }) => subject)).toEqual([])
}

type Account = { readonly email: string; readonly password: string; readonly client: Client }

const linkIn = ({ text }: Arrived): URL => new URL(/http:\/\/\S+/.exec(text!)![0])

const confirm = ({ url }: Posted, mail: Arrived, as: Client | null = null) =>
  ask(url, 'POST /v1/users/verification', { as, body: { token: linkIn(mail).searchParams.get('verify') } })

const reset = ({ url }: Posted, mail: Arrived) =>
  ask(url, 'POST /v1/passwords', {
    body: { token: linkIn(mail).searchParams.get('reset'), password: 'another password' },
  })

const forgets = ({ url }: Posted, email: string) => ask(url, 'POST /v1/passwords/reset', { body: { email } })

const moves = ({ url }: Posted, { client, password }: Account, email: string) =>
  ask(url, 'PATCH /v1/me', { as: client, body: { email, currentPassword: password } })

/** Somebody whose address is confirmed. */
async function confirmed(house: Posted, language = 'en'): Promise<Account> {
  const account = { email: `${randomUUID()}@people.example`, password: 'a password of mine', displayName: 'Ana' }
  const headers = { 'accept-language': language }
  expect((await ask(house.url, 'POST /v1/users', { body: account, headers })).status).toBe(201)
  const client = new Client(house.url)
  await client.signIn(account.email, account.password)
  const whole = { ...account, client }
  const [mail] = await mailsTo(house, whole, 1)
  expect((await confirm(house, mail!)).status).toBe(204)
  expectProblem(await confirm(house, mail!), 'invalid_credentials')
  return whole
}

test('whoever is outbid gets one mail in two minutes, in their language, that says what everyone sees', async () => {
  const house = await openPosted()
  const ana = await confirmed(house, 'es')
  const ben = await house.person()
  const id = await house.auction({ title: 'Reloj <de> "mesa"' })
  await ana.client.bid(id, { maximum: 1_500 })
  await ben.bid(id, { maximum: 777_000 })
  const [, mail] = await mailsTo(house, ana, 2)
  expect(mail!.subject).toBe('Han superado su puja: Reloj <de> "mesa"')
  expect(mail!.text).toMatch(/El precio es 16,00\s€/)
  expect(mail!.html).toContain('Reloj &#60;de&#62; &#34;mesa&#34;')
  expect(mail!.from!.text).toBe('"Clock house" <bids@house.example>')
  expect(linkIn(mail!).href).toBe(`${house.url}/auctions/${id}`)
  const raw = JSON.stringify([mail!.headerLines, mail!.text, mail!.html])
  for (const secret of ['777000', '7770', '7.770', ben.session.user!.email, ben.session.user!.id])
    expect(raw).not.toContain(secret)

  for (const times of [1, 2]) {
    await ana.client.bid(id, { maximum: 1_000_000 * times })
    await ben.bid(id, { maximum: 1_000_000 * times + 500_000 })
    await advanced(house)
  }
  await house.clock.advance(limits.outbidMailsMs / 2)
  await expectNoMore(house)
  await house.clock.advance(limits.outbidMailsMs / 2)
  await mailsTo(house, ana, 3)
  await expectNoMore(house)
  const ofBen = house.post.to(ben.session.user!.email)
  expect(ofBen.map(({ subject }) => subject)).toEqual(['Your e-mail address at Martillo'])
})

test('no mail comes of having been outbid to whoever leads again, or whose address is not confirmed', async () => {
  const house = await openPosted()
  const [ana, ben] = [await confirmed(house), await house.person()]
  const id = await house.auction()
  await ana.client.bid(id, { amount: 1_000 })
  await ben.bid(id, { amount: 2_000 })
  await expect.poll(async () => (await advanced(house), (await ana.client.notices()).unread)).toBe(1)
  await ana.client.bid(id, { amount: 3_000 })
  await expect.poll(async () => (await advanced(house), (await ben.notices()).unread)).toBe(1)
  await house.clock.advance(60_000)
  await expectNoMore(house)
})

async function advanced({ clock }: Posted): Promise<void> {
  await clock.advance(limits.noticesEveryMs)
}

test('one click ends a kind of mail, signed in or not; a look at the link ends nothing', async () => {
  const house = await openPosted()
  const [ana, ben] = [await confirmed(house), await house.person()]
  const id = await house.auction()
  await ana.client.bid(id, { amount: 1_000 })
  await ben.bid(id, { amount: 2_000 })
  const [, mail] = await mailsTo(house, ana, 2)
  const list = mail!.headers.get('list') as unknown as { unsubscribe: { url: string } }
  expect(mail!.headerLines.some(({ line }) => line === 'List-Unsubscribe-Post: List-Unsubscribe=One-Click')).toBe(true)
  const { pathname, search } = new URL(list.unsubscribe.url)
  const seen = await fetch(house.url + pathname + search)
  expect([seen.status, await seen.text()]).toEqual([200, expect.stringContaining('<form method="post">')])
  expect((await ana.client.preferences()).notices.outbid).toContain('email')
  const form = new FormData()
  form.set('List-Unsubscribe', 'One-Click')
  const post = (query: string, body: FormData | URLSearchParams = form) =>
    fetch(house.url + pathname + query, { method: 'POST', body })
  expect((await post(search.replace(/token=./, 'token=_'))).status).toBe(404)
  expect((await post(search.replace('kind=outbid', 'kind=won'))).status).toBe(404)
  const { notices } = await ana.client.preferences()
  // RFC 8058, 3.2: a mail program sends either kind of form.
  for (const body of [form, new URLSearchParams('List-Unsubscribe=One-Click')]) {
    await ana.client.setPreferences({ notices })
    expect((await post(search, body)).status).toBe(200)
    expect((await ana.client.preferences()).notices).toMatchObject({
      outbid: ['page', 'push'],
      won: ['page', 'email', 'push'],
    })
  }
})

test('a forgotten password is set anew by a link that is good once; every session ends, and its owner is told', async () => {
  const house = await openPosted()
  const ana = await confirmed(house)
  for (const email of [ana.email, 'nobody@people.example'])
    expect((await ask(house.url, 'POST /v1/passwords/reset', { body: { email } })).status).toBe(202)
  const [, first] = await mailsTo(house, ana, 2)
  expect((await ask(house.url, 'POST /v1/passwords/reset', { body: { email: ana.email } })).status).toBe(202)
  const [, , second] = await mailsTo(house, ana, 3)
  const set = (mail: Arrived, password = 'another password') =>
    ask(house.url, 'POST /v1/passwords', { body: { token: linkIn(mail).searchParams.get('reset'), password } })
  expectProblem(await set(first!), 'invalid_credentials')
  const tries = await Promise.all([set(second!), set(second!), set(second!)])
  expect(tries.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([204, 401, 401])
  expectProblem(await ask(house.url, 'GET /v1/me', { as: ana.client }), 'unauthenticated')
  const again = new Client(house.url)
  await again.signIn(ana.email, 'another password')
  const mails = await mailsTo(house, ana, 4)
  expect(mails.at(-1)!.subject).toBe('Your password at Martillo was changed')
  expect(house.post.to('nobody@people.example')).toEqual([])
})

test('a link is not good for longer than half an hour, and one of a kind not for another', async () => {
  const house = await openPosted()
  const ana = await confirmed(house)
  await ask(house.url, 'POST /v1/passwords/reset', { body: { email: ana.email } })
  const [, mail] = await mailsTo(house, ana, 2)
  const token = linkIn(mail!).searchParams.get('reset')
  expectProblem(await ask(house.url, 'POST /v1/users/verification', { body: { token } }), 'invalid_credentials')
  await house.clock.advance(limits.emailTokenMs)
  const body = { token, password: 'another password' }
  expectProblem(await ask(house.url, 'POST /v1/passwords', { body }), 'invalid_credentials')
})

test('nobody learns from a reset who has an account: known, unconfirmed, blocked, asked too often, unknown', async () => {
  const house = await openPosted()
  const [ana, ben, eve] = [await confirmed(house), await house.person(), await house.person()]
  await house.admin.patchUser(eve.session.user!.id, { blocked: true })
  const said = async (email: string) => {
    const { status, headers, text } = await forgets(house, email)
    return { status, text, headers: [...headers.keys()] }
  }
  const unknown = await said('nobody@people.example')
  expect(unknown.status).toBe(202)
  for (const email of [ana.email, ana.email, ana.email, ana.email, ...[ben, eve].map((one) => one.session.user!.email)])
    expect(await said(email)).toEqual(unknown)
  // Nor from the confirmation: it is asked for by whoever is signed in, for their own address.
  expectProblem(await ask(house.url, 'POST /v1/users/verification', { body: {} }), 'unauthenticated')
  const named = { as: ben, body: { email: ana.email } }
  expectProblem(await ask(house.url, 'POST /v1/users/verification', named), 'invalid_request')
})

test('a link is of one account, whoever is signed in, and that of a mail list of one person and kind', async () => {
  const house = await openPosted()
  const [ana, eve] = [await confirmed(house), await confirmed(house)]
  const address = `${randomUUID()}@elsewhere.example`
  await moves(house, ana, address)
  const [mail] = await mailsTo(house, { ...ana, email: address }, 1)
  expect((await confirm(house, mail!, eve.client)).status).toBe(204)
  expect([(await ana.client.me()).email, (await eve.client.me()).email]).toEqual([address, eve.email])
  expectProblem(await confirm(house, mail!), 'invalid_credentials')
  const lot = await house.auction()
  await ana.client.bid(lot, { amount: 1_000 })
  await eve.client.bid(lot, { amount: 2_000 })
  const list = (await mailsTo(house, { ...ana, email: address }, 2)).at(-1)!.headers.get('list') as unknown as {
    unsubscribe: { url: string }
  }
  const { pathname, search } = new URL(list.unsubscribe.url)
  const ofEve = search.replace(/user=[^&]+/, `user=${eve.client.session.user!.id}`)
  expect((await fetch(house.url + pathname + ofEve, { method: 'POST' })).status).toBe(404)
  expect((await eve.client.preferences()).notices.outbid).toContain('email')
})

test('a link to another address is not good for longer than half an hour, nor behind a new password', async () => {
  const house = await openPosted()
  const ana = await confirmed(house)
  const addresses = [1, 2].map(() => `${randomUUID()}@elsewhere.example`)
  await moves(house, ana, addresses[0]!)
  const [late] = await mailsTo(house, { ...ana, email: addresses[0]! }, 1)
  await house.clock.advance(limits.emailTokenMs)
  expectProblem(await confirm(house, late!), 'invalid_credentials')
  await ana.client.signIn(ana.email, ana.password)
  expect((await moves(house, ana, addresses[1]!)).status).toBe(200)
  const [stolen] = await mailsTo(house, { ...ana, email: addresses[1]! }, 1)
  await ana.client.changeMe({ password: 'another password', currentPassword: ana.password })
  expectProblem(await confirm(house, stolen!), 'invalid_credentials')
  expect((await ana.client.me()).email).toBe(ana.email)
})

test('a reset that was sent to an address of before is good for nothing, and one behind a new password neither', async () => {
  const house = await openPosted()
  const ana = await confirmed(house)
  await forgets(house, ana.email)
  const [, old] = await mailsTo(house, ana, 2)
  const moved = { ...ana, email: `${randomUUID()}@elsewhere.example` }
  await moves(house, ana, moved.email)
  const [mail] = await mailsTo(house, moved, 1)
  expect((await confirm(house, mail!)).status).toBe(204)
  expectProblem(await reset(house, old!), 'invalid_credentials')
  expect((await ana.client.me()).email).toBe(moved.email)
  await house.clock.advance(limits.emailTokenMs)
  await ana.client.signIn(moved.email, ana.password)
  await forgets(house, moved.email)
  const [, asked] = await mailsTo(house, moved, 2)
  await ana.client.changeMe({ password: 'a third password', currentPassword: ana.password })
  expectProblem(await reset(house, asked!), 'invalid_credentials')
})

test('strangers fill no letter box: of one account three mails with a link go out at once', async () => {
  const house = await openPosted()
  const ana = await confirmed(house)
  for (let n = 0; n < 10; n += 1) await ask(house.url, 'POST /v1/passwords/reset', { body: { email: ana.email } })
  // The first was spent on the confirmation.
  await mailsTo(house, ana, 3)
  await expectNoMore(house)
})

test('a new address counts once it is confirmed, and both are told', async () => {
  const house = await openPosted()
  const [ana, eve] = [await confirmed(house), await confirmed(house)]
  const moved = { ...ana, email: `${randomUUID()}@elsewhere.example` }
  const change = (email: string, currentPassword = ana.password) =>
    ask(house.url, 'PATCH /v1/me', { as: ana.client, body: { email, currentPassword } })
  expectProblem(await change(moved.email, 'a wrong one'), 'invalid_credentials')
  expectProblem(await change(eve.email), 'email_taken')
  expect((await change(moved.email)).json).toMatchObject({ email: ana.email })
  const [mail] = await mailsTo(house, moved, 1)
  expect((await mailsTo(house, ana, 2)).at(-1)!.text).toContain(moved.email)
  const token = linkIn(mail!).searchParams.get('verify')
  expect((await ask(house.url, 'POST /v1/users/verification', { body: { token } })).status).toBe(204)
  expect((await ana.client.me()).email).toBe(moved.email)
  expect((await mailsTo(house, ana, 3)).at(-1)!.subject).toContain('was changed')
})

test('a sign-in from another device is told, the first one and the same one again are not', async () => {
  const house = await openPosted()
  const ana = await confirmed(house)
  const signIn = (headers: Record<string, string>) =>
    fetch(`${house.url}/v1/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ email: ana.email, password: ana.password }),
    })
  const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
  const answer = await signIn({ 'user-agent': firefox })
  const [, mail] = await mailsTo(house, ana, 2)
  expect(mail!.text).toContain('Firefox, Linux')
  const cookie = answer.headers
    .getSetCookie()
    .find((one) => one.startsWith('martillo_device'))!
    .split(';')[0]!
  await signIn({ 'user-agent': firefox, cookie })
  await ana.client.signIn(ana.email, ana.password)
  await expectNoMore(house)
  const { items } = await ana.client.sessions()
  const devices = items.map(({ device }) => String(device))
  expect(devices.toSorted()).toEqual(['Firefox, Linux', 'Firefox, Linux', 'node', 'node'])
})

test('a server that is away, or refuses for a while, gets every mail later, once; an address that it refuses for good is given up', async () => {
  const house = await openPosted()
  const [ana, ben] = [await confirmed(house), await confirmed(house)]
  const id = await house.auction()
  await ana.client.bid(id, { amount: 1_000 })
  await house.post.stop()
  await ben.client.bid(id, { amount: 2_000 })
  await house.admin.close(id)
  const list = async () =>
    (await ask(house.url, 'GET /v1/deliveries?state=waiting', { as: house.admin })).json as {
      items: { error: string }[]
    }
  await expect
    .poll(async () => (await advanced(house), (await list()).items.map(({ error }) => error)))
    .toEqual([expect.stringContaining('ECONNREFUSED')])
  await house.post.start()
  house.post.refusals.push({ code: 451, message: 'greylisted' })
  const mails = await mailsTo(house, ben, 2)
  expect(mails.at(-1)!.subject).toBe('You won: A lot')
  await expect.poll(async () => (await list()).items).toEqual([])

  house.post.refusals.push({ code: 550, message: 'no such box' })
  const other = await house.auction()
  await ben.client.bid(other, { amount: 1_000 })
  await house.admin.close(other)
  type Dead = { readonly number: number; readonly error: string; readonly tries: number }
  const dead = async () =>
    ((await ask(house.url, 'GET /v1/deliveries?state=dead', { as: house.admin })).json as { items: Dead[] }).items
  await expect
    .poll(async () => (await advanced(house), dead()))
    .toMatchObject([{ tries: 1, kind: 'won', way: 'email' }])
  const [one] = await dead()
  expect((await ask(house.url, `POST /v1/deliveries/${one!.number}/redeliver`, { as: house.admin })).status).toBe(202)
  await mailsTo(house, ben, 3)
  expect(new Set(house.post.mails.map(({ messageId }) => messageId)).size).toBe(house.post.mails.length)
})

test('without SMTP_URL nothing of it is there, and a new address counts at once', async () => {
  const house = await openHouse()
  const ana = await house.person()
  for (const [call, body] of [
    ['POST /v1/passwords/reset', { email: 'a@people.example' }],
    ['POST /v1/users/verification', {}],
  ] as const)
    expectProblem(await ask(house.url, call, { as: ana, body }), 'not_found')
  const email = `${randomUUID()}@people.example`
  const body = { email, currentPassword: 'password of somebody' }
  expect((await ask(house.url, 'PATCH /v1/me', { as: ana, body })).json).toMatchObject({ email })
})
