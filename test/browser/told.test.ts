import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { Client } from '../../src/sdk/index.ts'
import { type Arrived, MailServer } from '../support/mail-server.ts'
import { ADMIN } from '../support/people.ts'
import { freePort } from '../support/process.ts'
import { type House, openHouse, sharedHouse } from '../support/service.ts'
import { DESKTOP, SPANISH_PHONE, at, bid, bidder, standing, visit } from './visitors.ts'

async function openPosted(): Promise<{ house: House; post: MailServer }> {
  const [post, port] = [await MailServer.open(), String(await freePort())]
  const here = { PORT: port, PUBLIC_URL: `http://127.0.0.1:${port}` }
  return { post, house: await openHouse({ SMTP_URL: post.url, MAIL_FROM: 'bids@house.example', ...here }) }
}

async function mailTo(post: MailServer, address: string, subject: RegExp): Promise<Arrived> {
  const found = () => post.to(address).find((mail) => subject.test(mail.subject!))
  await expect.poll(found).toBeDefined()
  return found()!
}

const linkIn = ({ text }: Arrived) => /http:\/\/\S+/.exec(text!)![0]

test('on a Spanish phone: signs up, confirms, leads, leaves, is outbid, gets the mail, follows it, bids again, wins and asks where to collect', async () => {
  const { house, post } = await openPosted()
  const id = await house.auction({ title: 'Reloj de mesa' })
  const page = await visit(house, SPANISH_PHONE)
  const email = `${randomUUID()}@people.example`
  await page.goto(`/account?next=/auctions/${id}#new`)
  await page.locator('.sign-in input[name=displayName]').fill('Ana')
  await page.locator('.sign-in input[name=email]').fill(email)
  await page.locator('.sign-in input[name=password]').fill('una contraseña larga')
  await page.locator('form.sign-in button[type=submit]').click()
  await at(page, 'price').waitFor()
  await bid(page)
  await standing(page, 'leading')

  await page.goto(linkIn(await mailTo(post, email, /^Su dirección de correo/)))
  await page.getByText('Su dirección de correo está confirmada.').first().waitFor()
  expect(page.url()).not.toContain('verify')

  const ben = await house.person()
  await ben.bid(id, { amount: 5_000 })
  const mail = await mailTo(post, email, /^Han superado su puja: Reloj de mesa/)
  expect(mail.text).toMatch(/El precio es 50,00\s€/)
  await page.goto(linkIn(mail))
  await standing(page, 'outbid')
  await bid(page, '60')
  await standing(page, 'leading')
  await house.admin.close(id)
  await standing(page, 'won')
  await mailTo(post, email, /^Ha ganado: Reloj de mesa/)

  await at(page, 'talk-door').click()
  await at(page, 'write').fill('¿Dónde puedo recogerlo?')
  await at(page, 'write').press('Enter')
  await page.getByTestId('said').filter({ hasText: '¿Dónde puedo recogerlo?' }).waitFor()
  const [asked] = (await house.admin.conversations()).items
  await house.admin.answer(asked!.id, 'En la puerta de atrás, desde las nueve.')
  await page.getByTestId('said').filter({ hasText: 'En la puerta de atrás' }).waitFor()
})

test('a forgotten password: a link from the sign-in form or from the desk, a new one, and one signs in by it', async () => {
  const { house, post } = await openPosted()
  const account = { email: `${randomUUID()}@people.example`, password: 'forgotten one', displayName: 'Ana' }
  await new Client(house.url).signUp(account)
  const page = await visit(house, DESKTOP)
  await page.goto('/account')
  await at(page, 'forgotten').locator('summary').click()
  await at(page, 'forgotten').locator('input').fill(account.email)
  await at(page, 'forgotten').locator('button').click()
  await page.getByText('If there is an account with this address').waitFor()
  await mailTo(post, account.email, /^A new password/)
  const desk = await visit(house, DESKTOP, ADMIN)
  await desk.goto('/desk#people')
  const person = at(desk, 'person').and(desk.locator(`[data-email="${account.email}"]`))
  await person.locator('[data-act=reset]').click()
  await desk.waitForTimeout(400)
  await at(desk, 'yes').click()
  await expect
    .poll(() => post.to(account.email).filter(({ subject }) => subject!.startsWith('A new password')).length)
    .toBe(2)
  await page.goto(linkIn(post.to(account.email).at(-1)!))
  await page.locator('input[type=password]').fill('a new one that is long')
  await page.locator('form.sign-in button[type=submit]').click()
  await page.getByText('The password was set.').waitFor()
  const again = await new Client(house.url).signIn(account.email, 'a new one that is long')
  expect(again.email).toBe(account.email)
})

test('the account page: ways of notices, a new password, a key that is shown once, a session that is ended', async () => {
  const house = await sharedHouse()
  const { page, client } = await bidder(house, 'ana')
  await page.goto('/account#told')
  await page.getByLabel('A lot ended without you: Push').check()
  await expect.poll(async () => (await client.preferences()).notices.lost).toEqual(['page', 'push'])
  expect(await page.getByLabel('You won: E-mail').count()).toBe(0)

  await page.locator('#api-keys summary').click()
  await page.locator('#api-keys input[name=name]').fill('My bot')
  await page.locator('#api-keys input[value=bid]').check()
  await page.locator('#api-keys form button').click()
  const secret = await at(page, 'secret').locator('code').innerText()
  const bot = new Client(house.url, { token: secret })
  expect((await bot.me()).displayName).toBe('ana')
  await page.getByRole('button', { name: 'Take back' }).click()
  await expect.poll(async () => (await client.keys()).items).toEqual([])

  await page.locator('#identity summary').click()
  const form = page.locator('#identity form').nth(1)
  await form.locator('input[name=currentPassword]').fill('password of ana')
  await form.locator('input[name=password]').fill('another password')
  await form.locator('button').click()
  await page.getByText('The password was changed').waitFor()
  const other = new Client(house.url)
  await other.signIn(client.session.user!.email, 'another password')
  await page.reload()
  await page.locator('#sessions summary').click()
  await page.getByRole('button', { name: 'Sign out', exact: true }).first().click()
  await expect.poll(async () => (await other.refresh(), other.session.user)).toBe(null)
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
})

test('the desk adds a webhook, shows what it was sent and why not, and sends it again', async () => {
  const house = await openHouse({ WEBHOOKS_PRIVATE: 'on' })
  const page = await visit(house, DESKTOP, ADMIN)
  const port = await freePort()
  await page.goto('/desk#sent')
  await page.locator('input[name=url]').fill(`http://127.0.0.1:${port}/hook`)
  await page.locator('.sent-new button').click()
  expect(await at(page, 'webhook-secret').locator('code').innerText()).toMatch(/^whsec_/)
  const id = await house.auction()
  await house.admin.close(id)
  const line = page.locator('.sent-lines li[data-state=waiting]', { hasText: 'Webhook: auction.closed' })
  await line.getByText('ECONNREFUSED').waitFor()
  const arrived: string[] = []
  const receiver = createServer((request, reply) => {
    arrived.push(String(request.headers['webhook-id']))
    reply.end()
  }).listen(port, '127.0.0.1')
  onTestFinished(() => void receiver.close())
  await page.locator('.sent-lines li[data-state=sent]').getByRole('button', { name: 'Send again' }).click()
  await expect.poll(() => arrived.length).toBe(2)
  expect(new Set(arrived).size).toBe(1)
  await page.getByRole('button', { name: 'Take away' }).click()
  await page.getByText('None yet.').waitFor()
})
