import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { houseView } from '../../src/http/house.ts'
import { userView } from '../../src/http/users.ts'
import { ManualClock } from '../support/clock.ts'
import { painted } from '../support/pictures.ts'
import { type House, openHouse, sharedHouse } from '../support/service.ts'
import { ask, expectProblem, expectShape } from './support.ts'

const NOTHING = { name: null, logo: null, accent: null, contact: null, imprint: null, privacy: null, terms: null }
const ACCENT = { light: '#9b1c31', dark: '#ff9aa8' }
const TERMS = 'Whoever bids buys.'

const change = ({ url, admin }: House, body: unknown, headers: Record<string, string> = {}) =>
  ask(url, 'PATCH /v1/house', { as: admin, body, headers })

const signUp = ({ url }: House, more: object = {}, name = 'ana') =>
  ask(url, 'POST /v1/users', {
    body: { email: `${name}@people.example`, password: 'a password', displayName: name, ...more },
  })

const hash = (text: string) => createHash('sha256').update(text).digest('hex')

async function logoOf({ admin }: House, width = 200, height = 50): Promise<string> {
  return (await admin.upload(new Blob([await painted(width, height)], { type: 'image/png' }))).url
}

test('a house that nobody has furnished says nothing of itself, and its pages are called Martillo', async () => {
  const house = await openHouse()
  const answer = await ask(house.url, 'GET /v1/house')
  expectShape(houseView, answer.json)
  expect(answer.json).toEqual(NOTHING)
  const page = await ask(house.url, 'GET /')
  expect(page.text).toContain('– Martillo</title>')
  expect(page.text).toContain('<meta property="og:site_name" content="Martillo">')
  for (const absent of ['application-name', 'class="foot"', '/house/']) expect(page.text).not.toContain(absent)
  for (const path of ['/imprint', '/privacy', '/terms', '/terms/1'])
    expect((await ask(house.url, `GET ${path}`)).status).toBe(404)
})

test('what is set is read by anyone, replaces what was, and null takes it away', async () => {
  const house = await openHouse({ WATCHING: 'members' })
  const logo = await logoOf(house)
  const set = {
    name: '  Clock house ',
    accent: ACCENT,
    contact: 'Hello@Clocks.example',
    imprint: '1 Tick Street',
  }
  const answer = await change(house, { ...set, logo, terms: TERMS })
  expect(answer.status).toBe(200)
  expectShape(houseView, answer.json)
  const shown = {
    ...NOTHING,
    name: 'Clock house',
    accent: ACCENT,
    contact: 'hello@clocks.example',
    imprint: '1 Tick Street',
    logo: { url: logo, small: logo.replace('.webp', '-640.webp'), width: 200, height: 50 },
    terms: { version: 1, sha256: hash(TERMS), since: expect.any(String), text: TERMS },
  }
  expect(answer.json).toEqual(shown)
  expect((await ask(house.url, 'GET /v1/house')).json).toEqual(shown)
  expect((await change(house, { logo: null, accent: null, terms: null })).json).toEqual({
    ...shown,
    logo: null,
    accent: null,
    terms: null,
  })
})

test('only the state that was read is changed, and who has it is not sent it again', async () => {
  const house = await openHouse()
  const first = (await ask(house.url, 'GET /v1/house')).headers.get('etag')!
  const again = await ask(house.url, 'GET /v1/house', { headers: { 'if-none-match': `"x", ${first}` } })
  expect({ status: again.status, text: again.text }).toEqual({ status: 304, text: '' })
  const changed = await change(house, { name: 'One' }, { 'if-match': first })
  expect(changed.status).toBe(200)
  expectProblem(await change(house, { name: 'Two' }, { 'if-match': first }), 'precondition_failed')
  expect((await change(house, { name: 'Two' }, { 'if-match': changed.headers.get('etag')! })).status).toBe(200)
  expect((await change(house, { name: 'Three' }, { 'if-match': '*' })).json.name).toBe('Three')
  const seen = (await ask(house.url, 'GET /v1/house')).headers.get('etag')!
  // A logo is read in between: all of them have seen the same state before the first is kept.
  const logo = await logoOf(house)
  const atOnce = Array.from({ length: 8 }, (_, i) => change(house, { name: `Name ${i}`, logo }, { 'if-match': seen }))
  const statuses = (await Promise.all(atOnce)).map(({ status }) => status)
  expect(statuses.toSorted((a, b) => a - b)).toEqual([200, ...Array.from({ length: 7 }, () => 412)])
})

test.for<[string, object, string]>([
  ['an accent that the light paper swallows', { accent: { ...ACCENT, light: '#ffcc00' } }, 'accent.light'],
  ['an accent that the dark paper swallows', { accent: { ...ACCENT, dark: '#2a2a60' } }, 'accent.dark'],
  ['a colour by its name', { accent: { ...ACCENT, dark: 'pink' } }, 'accent.dark'],
  ['one scheme without the other', { accent: { light: ACCENT.light } }, 'accent.dark'],
  ['a logo of another site', { logo: 'https://elsewhere.example/logo.png' }, 'logo'],
  ['a logo that is not there', { logo: `/images/${'0'.repeat(64)}.webp` }, 'logo'],
  ['a contact that is a script', { contact: 'javascript:alert(1)' }, 'contact'],
  ['a name nobody sees', { name: '\u200b' }, 'name'],
  ['a name that is too long', { name: 'x'.repeat(61) }, 'name'],
  ['a text that is too long', { privacy: 'x'.repeat(50_001) }, 'privacy'],
  ['nothing', {}, ''],
])('refused: %s', async ([, body, path]) => {
  const house = await sharedHouse()
  const answer = await change(house, body)
  expectProblem(answer, 'invalid_request')
  expect(answer.json.errors.map((error: { path: string }) => error.path)).toEqual([path])
  expect((await ask(house.url, 'GET /v1/house')).json).toEqual(NOTHING)
})

test('why an accent is refused is said in figures', async () => {
  const answer = await change(await sharedHouse(), { accent: { light: '#ffcc00', dark: ACCENT.dark } })
  expect(answer.json.errors[0].message).toMatch(
    /^cannot be read in the light scheme: it on the background .* 1\.\d\d:1, and needs 4.5:1$/,
  )
})

test('name, colours, logo and footer are in every page, without a script', async () => {
  const house = await openHouse()
  const logo = await logoOf(house, 2_000, 500)
  const contact = 'https://clocks.example/ask?a=1&b=2'
  await change(house, { name: 'Clocks & <b>Co</b>', logo, accent: ACCENT, contact, imprint: 'x' })
  const id = await house.auction({ title: 'A clock' })
  const name = 'Clocks &amp; &lt;b&gt;Co&lt;/b&gt;'
  let sheet = ''
  for (const path of ['/', `/auctions/${id}`, '/account', '/desk', '/bids', '/docs', '/imprint', '/nowhere']) {
    const { text } = await ask(house.url, `GET ${path}`, { headers: { accept: 'text/html' } })
    expect(text, path).toMatch(new RegExp(`<title>(.* – )?${name}</title>`))
    expect(text, path).toContain(`<meta name="application-name" content="${name}">`)
    expect(text, path).toMatch(
      /<a href="\/imprint"><span lang="en">Imprint<\/span><span lang="es" hidden>Aviso legal<\/span>.*<\/a>/,
    )
    expect(text, path).toContain('<a href="https://clocks.example/ask?a=1&amp;b=2">')
    expect(text, path).not.toContain('<a href="/terms">')
    expect(text, path).not.toContain('<b>Co')
    sheet = /<link rel="stylesheet" href="(\/house\/[0-9a-f]{16}\.css)">/.exec(text)![1]!
  }
  const room = await ask(house.url, `GET /auctions/${id}`)
  expect(room.text).toContain(`<meta property="og:site_name" content="${name}">`)
  const css = await ask(house.url, `GET ${sheet}`)
  expect(Object.fromEntries(css.headers)).toMatchObject({
    'content-type': 'text/css; charset=utf-8',
    'cache-control': 'public, max-age=31536000, immutable',
  })
  expect(css.text).toContain(`--accent:light-dark(${ACCENT.light},${ACCENT.dark})`)
  expect(css.text).toContain(`url(${logo.replace('.webp', '-640.webp')})`)
  expect(css.text).toContain('aspect-ratio:1600/400')
  await change(house, { accent: null })
  const stale = await ask(house.url, `GET ${sheet}`)
  expect({ status: stale.status, cached: stale.headers.get('cache-control') }).toEqual({
    status: 200,
    cached: 'no-cache',
  })
  expect(stale.text).not.toContain('--accent')
})

test('texts of the house are pages: Markdown is set, HTML and what leads to a script stay text', async () => {
  const house = await openHouse({ WATCHING: 'members' })
  const text = [
    '## We',
    '#### deep',
    '**Ana** of Tick Street\nsecond line',
    '<script>alert(1)</script> <img src=x onerror=alert(1)>',
    '[mail](mailto:a@b.example) [page](https://b.example/?a=1&b="2) [bad](javascript:alert(1)) [odd](data:text/html,x) [ours](/desk)',
    '![seen](https://b.example/x.png)',
    '`<i>`',
  ].join('\n\n')
  await change(house, { imprint: text })
  const { text: page, status } = await ask(house.url, 'GET /imprint', { headers: { 'accept-language': 'es' } })
  expect(status).toBe(200)
  const main = /<main class="docs legal">[\s\S]*<\/main>/.exec(page)![0]
  expect(main).toContain('<h1>Aviso legal</h1><h2>We</h2>\n<h3>deep</h3>')
  expect(main).toContain('<strong>Ana</strong> of Tick Street<br>second line')
  expect(main).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
  expect(main).toContain('<a href="mailto:a@b.example" rel="noreferrer nofollow">mail</a>')
  expect(
    main
      .match(/<(?!\/)\w+/g)!
      .filter((tag) => !['<main', '<h1', '<h2', '<h3', '<h2', '<p', '<strong', '<br', '<a', '<code'].includes(tag)),
  ).toEqual([])
  expect(main.match(/href="[^"]*"/g)!.every((link) => /^href="(https:\/\/b|mailto:a)/.test(link))).toBe(true)
  expect(main).toContain('<code>&lt;i&gt;</code>')
})

test('each other text of the terms is a version, and all of them stay', async () => {
  const house = await openHouse()
  const versions = []
  for (const terms of ['One', 'Two', 'Two', null, 'Two', 'One'])
    versions.push((await change(house, { terms })).json.terms?.version ?? null)
  expect(versions).toEqual([1, 2, 2, null, 2, 3])
  const present = await ask(house.url, 'GET /terms')
  expect(present.text).toContain('Version 3')
  expect(present.text).toContain(`<code>${hash('One')}</code>`)
  expect(present.text).toContain('<a href="/terms/2">2</a> <a href="/terms/1">1</a>')
  expect((await ask(house.url, 'GET /terms/2')).text).toMatch(/<p>Two<\/p>[\s\S]*This is version 2; it no longer holds/)
  for (const none of ['/terms/4', '/terms/0', '/terms/x', '/terms/1e3'])
    expect((await ask(house.url, `GET ${none}`)).status).toBe(404)
})

test('where the house has terms nobody signs up without them, and the account keeps which they were and when', async () => {
  const clock = new ManualClock()
  const house = await openHouse({}, { clock })
  await change(house, { terms: TERMS })
  const missing = await signUp(house)
  expectProblem(missing, 'terms_not_accepted', { terms: hash(TERMS), version: 1 })
  expectProblem(await signUp(house, { terms: 'yes' }), 'invalid_request')
  expectProblem(await signUp(house, { terms: hash('others') }), 'terms_not_accepted', {
    terms: hash(TERMS),
    version: 1,
  })
  const accepted = await signUp(house, { terms: hash(TERMS) })
  expect(accepted.status).toBe(201)
  expectShape(userView, accepted.json.user)
  const at = new Date(clock.now()).toISOString()
  await change(house, { terms: 'Others' })
  expectProblem(await signUp(house, { terms: hash(TERMS) }, 'ben'), 'terms_not_accepted', {
    terms: hash('Others'),
    version: 2,
  })
  const { json } = await ask(house.url, 'GET /v1/users?q=ana@', { as: house.admin })
  expect(json.items.map((user: { terms: unknown }) => user.terms)).toEqual([{ version: 1, acceptedAt: at }])
})

test('where there are no terms machines sign up as before, and admins accept none for others', async () => {
  const house = await openHouse()
  for (const [name, more] of [
    ['ana', {}],
    ['ben', { terms: hash(TERMS) }],
  ] as const) {
    const answer = await signUp(house, more, name)
    expect([answer.status, answer.json.user.terms]).toEqual([201, null])
  }
  await change(house, { terms: TERMS })
  const made = await ask(house.url, 'POST /v1/users', {
    as: house.admin,
    body: { email: 'cleo@people.example', password: 'a password', displayName: 'Cleo', terms: hash(TERMS) },
  })
  expect([made.status, made.json.user.terms]).toEqual([201, null])
})

test('a text that would keep everybody waiting while it is set is refused', async () => {
  const { url, admin } = await openHouse()
  for (const imprint of ['>'.repeat(4_000), 'a_'.repeat(25_000), `a${' '.repeat(45_000)}b`, `${'- '.repeat(500)}x`]) {
    const answer = await ask(url, 'PATCH /v1/house', { as: admin, body: { imprint } })
    expectProblem(answer, 'invalid_request')
    expect(answer.json.errors[0].path).toBe('imprint')
  }
  const longest = Array.from({ length: 12 }, () => '__a_'.repeat(1_000)).join('\n\n')
  expect((await ask(url, 'PATCH /v1/house', { as: admin, body: { imprint: longest } })).status).toBe(200)
  const began = performance.now()
  expect((await ask(url, 'GET /imprint')).status).toBe(200)
  expect(performance.now() - began).toBeLessThan(60_000)
})
