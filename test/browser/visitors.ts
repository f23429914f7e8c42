import { randomUUID } from 'node:crypto'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'
import { Client } from '../../src/sdk/index.ts'
import { afterFile } from '../support/after-file.ts'
import { openBrowser } from '../support/browser.ts'

/** What the tests of the pages share: visitors, and what they do with their hands. */

let opened: Promise<Browser> | null = null

/** The browser of the file, opened by the first who wants it. */
function browserOfFile(): Promise<Browser> {
  if (opened === null) {
    const browser = (opened = openBrowser())
    afterFile(async () => {
      opened = null
      await (await browser).close()
    })
  }
  return opened
}

export const DESKTOP: BrowserContextOptions = {
  viewport: { width: 1280, height: 900 },
  locale: 'en-GB',
  timezoneId: 'UTC',
}
export const SPANISH_PHONE: BrowserContextOptions = {
  viewport: { width: 360, height: 740 },
  locale: 'es-ES',
  timezoneId: 'Europe/Madrid',
}

/** Where the pages of a house are. */
export type Site = { readonly url: string }
export type Account = { readonly email: string; readonly password: string }

/** What a browser keeps of somebody who has signed in. */
async function signedIn({ url }: Site, { email, password }: Account) {
  const response = await fetch(`${url}/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  })
  const [name, value] = response.headers.getSetCookie()[0]!.split(';')[0]!.split('=') as [string, string]
  const cookie = { name, value, domain: new URL(url).hostname, path: '/v1/sessions', expires: -1 }
  return {
    cookies: [{ ...cookie, httpOnly: true, secure: false, sameSite: 'Strict' as const }],
    origins: [{ origin: url, localStorage: [{ name: 'martillo.signed-in', value: '1' }] }],
  }
}

/** A page of a new visitor, or of somebody who has signed in; whatever goes wrong in it fails the test. */
export async function visit(site: Site, options = DESKTOP, who: Account | null = null): Promise<Page> {
  const kept = who === null ? {} : { storageState: await signedIn(site, who) }
  const context = await (await browserOfFile()).newContext({ ...options, ...kept, baseURL: site.url })
  const page = await context.newPage()
  // Less than a test has: what is waited for in vain is named.
  page.setDefaultTimeout(60_000)
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('dialog', (dialog) => {
    errors.push(`a dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('console', (message) => {
    if (/Content.Security.Policy/i.test(message.text())) errors.push(message.text())
  })
  onTestFinished(async () => {
    await context.close()
    expect(errors).toEqual([])
  })
  return page
}

/** Somebody new who is signed in: their page, which is still blank, and a client of theirs. */
export async function bidder(site: Site, name: string, options = DESKTOP): Promise<{ page: Page; client: Client }> {
  const email = `${name}-${randomUUID()}@people.example`
  const account = { email, password: `password of ${name}`, displayName: name }
  const client = new Client(site.url)
  await client.signUp(account)
  await client.signIn(account.email, account.password)
  return { page: await visit(site, options, account), client }
}

export const at = (page: Page, name: string) => page.getByTestId(name)

export async function enter(page: Page, auctionId: string): Promise<void> {
  await page.goto(`/auctions/${auctionId}`)
  await at(page, 'price').waitFor()
  await page.locator('[data-phase=live]').waitFor()
}

/** Says once that bids are binding. */
export async function agree(page: Page): Promise<void> {
  await at(page, 'agree').or(at(page, 'bid')).or(at(page, 'raise')).first().waitFor()
  if (await at(page, 'agree').isVisible()) await at(page, 'agree').click()
}

/** Where the window is low, or small, an amount of one's own is behind a button. */
export async function showMore(page: Page): Promise<void> {
  const more = page.locator('.toggle[aria-expanded=false]')
  if (await more.isVisible()) await more.click()
}

/** Presses the button, for as long as the first bid of a lot takes. */
export async function pressBid(page: Page): Promise<void> {
  const isFirst = /Keep pressed|Mantenga/.test((await at(page, 'bid').textContent()) ?? '')
  await at(page, 'bid').click(isFirst ? { delay: 700 } : {})
}

/** Bids what the form says, or another amount, through what is asked on the way. */
export async function bid(page: Page, amount?: string, mode: 'exact' | 'maximum' = 'exact'): Promise<string> {
  await agree(page)
  if (amount !== undefined) await showMore(page)
  const choice = page.locator(`input[name=mode][value=${mode}]`)
  if ((await choice.count()) > 0 && amount !== undefined) await choice.check()
  if (amount !== undefined) await page.locator('#amount').fill(amount)
  await pressBid(page)
  const answer = page.locator('[data-answer]:not([data-answer=sending])')
  await at(page, 'confirm-bid').or(answer).first().waitFor()
  const confirm = page.locator('[data-testid=confirm-bid][aria-disabled=false]')
  if (await at(page, 'confirm').isVisible()) await confirm.click()
  await answer.waitFor()
  return (await answer.getAttribute('data-answer')) ?? ''
}

export const price = (page: Page, minor: number) => page.locator(`[data-testid=price][data-minor="${minor}"]`).waitFor()
export const standing = (page: Page, word: string) =>
  page.locator(`[data-testid=standing][data-standing=${word}]`).waitFor()
export const rows = (page: Page) => at(page, 'history').locator('tr').count()

/** Everything that came in on the page's sockets and by REST. */
export function listenIn(page: Page): string[] {
  const heard: string[] = []
  page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => heard.push(String(payload))))
  return heard
}

/** Of somebody whom `house.person` made. */
export function accountOf({ session }: Client): Account {
  const { email, displayName } = session.user!
  return { email, password: `password of ${displayName}` }
}

/** Signs somebody in by hand who has an account. */
export async function signInAs(page: Page, { email, password }: Account): Promise<void> {
  await page.goto('/account')
  await page.locator('#email').fill(email)
  await page.locator('#password').fill(password)
  await page.locator('button[type=submit]').click()
  await page.locator('.account-page header h1').waitFor()
}
