import { marked } from 'marked'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { type Code, closeCodes, problems } from '../codes.ts'
import { rates } from '../config/limits.ts'
import { codeTexts } from '../protocol/code-texts.ts'
import { eventTexts } from './asyncapi.ts'
import { type Document, type Operation, type Schema, jsonSchema } from './openapi-document.ts'
import { escape } from './page-texts.ts'

/** The documents as pages without a script: REST, the live channel, and the codes. In English, as programs are written. */

type Page = { readonly title: string; readonly body: string }
/** What the pages are written from. */
type Documents = { readonly openApi: object; readonly asyncApi: object }

const SCHEMAS = '#/components/schemas/'
/** Deeper parts are named, not written out. */
const DEPTH_MAX = 6

function page(title: string, inner: string): Page {
  return { title, body: `<main class="docs"><h1>${title}</h1>${inner}</main>` }
}

export function apiPage({ openApi }: Documents): Page {
  const document = openApi as Document
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  )
  const sections = document.tags.map(({ name, description }) => {
    const own = operations.filter(({ operation }) => operation.tags.includes(name))
    const links = own.map(
      ({ method, path, operation }) =>
        `<li><a href="#${operation.operationId}"><code>${method} ${escape(path)}</code></a></li>`,
    )
    return `<section><h2 id="${name}">${capital(name)}</h2><p>${texted(description)}</p>
      <ul class="contents">${links.join('')}</ul>${own.map(operationSection).join('')}</section>`
  })
  const names = Object.entries(document.components.schemas).filter(([name]) => !name.startsWith('Problem_'))
  const shapes = names.map(
    ([name, schema]) => `<section id="schema-${name}"><h3><code>${name}</code></h3>${pre(schema)}</section>`,
  )
  const contents = ['start', 'pages', ...document.tags.map(({ name }) => name), 'shapes'].map(
    (name) => `<li><a href="#${name}">${name === 'pages' ? 'In a page' : capital(name)}</a></li>`,
  )
  return page(
    'The REST API',
    `<p>${texted(document.info.description)} The same for machines: <a href="/openapi.json">/openapi.json</a>,
      <a href="/asyncapi.json">/asyncapi.json</a>.</p>
    <ul class="contents">${contents.join('')}</ul>${START}${sections.join('')}
    <section><h2 id="shapes">Shapes</h2>${shapes.join('')}</section>`,
  )
}

/** Stands for the address of the service, as whoever reads came to it. */
export const HOUSE = '{house}'

/** What one may ask, as people count. */
const RATES = Object.entries({
  requests: rates.requests,
  'sign-ins (by network)': rates.signIn,
  'wrong passwords (by account and network)': rates.wrongPasswords,
  bids: rates.bids,
  'auctions made': rates.creations,
  pictures: rates.images,
})
  .map(([name, { burst, perSecond }]) => `${burst} ${name} at once, then ${perMinute(perSecond)}`)
  .join('; ')

function perMinute(perSecond: number): string {
  const minutely = perSecond * 60
  return minutely >= 1 ? `${Math.round(minutely)} a minute` : `${Math.round(minutely * 60)} an hour`
}

const START = `<section><h2 id="start">Start</h2><p>One look and one bid, in a shell:</p>
<pre tabindex="0">api=${HOUSE}/v1
json='content-type: application/json'
token=$(curl -s $api/sessions -H "$json" -d '{"email":"…","password":"…"}' | sed 's/.*"accessToken":"\\([^"]*\\).*/\\1/')
curl -s "$api/auctions?status=open&amp;sort=closing&amp;limit=1"        <span class="note"># find id and minimumBid</span>
ID=… KEY=$(uuidgen)   <span class="note"># the same key for the same attempt, however often it is sent</span>
curl -s $api/auctions/$ID/bids -H "$json" -H "authorization: Bearer $token" \\
  -H "idempotency-key: $KEY" -d '{"maximum": 6000}'             <span class="note"># minor units: 60.00</span>
curl -sN $api/auctions/$ID/events -H 'accept: text/event-stream'</pre>
<ul>
<li>Amounts are integers in the currency's minor units, by the exponent of ISO 4217: 6000 is 60.00 with EUR, 6000 with JPY, 6.000 with KWD.</li>
<li>An access token is good for 15 minutes. A program renews it by <a href="#refreshSession"><code>POST /v1/sessions/refresh</code></a> with the cookie that signing in set (<code>curl -c FILE</code>, then <code>-b FILE -c FILE</code>), or signs in again.</li>
<li>A 4xx is definite: nothing was recorded. After a 5xx, a time-out or a lost connection repeat with the same <code>Idempotency-Key</code>: it counts once.</li>
<li>Every refusal has a <code>code</code>: <a href="/docs/codes">all codes</a>. Answers may have more fields one day.</li>
<li>A new account is a bidder. An admin makes sellers and admins of them (<a href="#updateUser"><code>PATCH /v1/users/{id}</code></a>); each may do what those before may.</li>
<li>Whoever asks too much gets 429 with <code>Retry-After</code>, and <code>RateLimit-Policy</code> says which limit it was. By person or network: ${RATES}.</li>
<li>To follow an auction live, and to bid fast: <a href="/docs/channel">the live channel</a>. How bids are decided: <a href="/docs/rules">the rules</a>. How anybody checks a result: <a href="/docs/ledger">the ledger</a>.</li>
</ul></section>
<section><h2 id="pages">In a page</h2><p>A page without a bundler imports the client from here. Of another origin it must be one of <code>ALLOWED_ORIGINS</code>, a setting of this service.</p>
<pre tabindex="0">&lt;ul>&lt;/ul>
&lt;script type="module">
  import { Client, PriceConnection } from '${HOUSE}/client.js'
  const house = new Client('${HOUSE}')
  const rows = new Map()
  for (const { id, title } of (await house.auctions({ status: 'open' })).items) {
    const row = document.querySelector('ul').appendChild(document.createElement('li'))
    rows.set(id, { title, row })
  }
  const prices = new PriceConnection(house, (moved) => {
    for (const { auction, price, status } of moved) {
      const { title, row } = rows.get(auction)
      row.textContent = \`\${title}: \${price ?? 'no bid'} (\${status})\`
    }
  })
  prices.watch([...rows.keys()])   <span class="note">// at most 200; again with another list</span>
&lt;/script></pre>
<p>The same as a package with types: <code>@martillo/client</code>. <code>Connection</code> follows one auction and bids; <code>for await (const { auction, you } of new Connection(house, id))</code> gives each new state.
A finished box, which asks its visitor to sign in here before they bid:</p>
<pre tabindex="0">&lt;script src="${HOUSE}/embed.js" async>&lt;/script>
&lt;martillo-auction id="AUCTION-ID">&lt;/martillo-auction></pre>
<p>From a page of another origin nobody signs in: a visitor lends it a token (<a href="#lendToken"><code>POST /v1/me/tokens</code></a>), which the box asks for by itself.</p></section>`

const ROLES: Readonly<Record<string, string>> = { bidder: 'signed in', seller: 'seller, admin', admin: 'admin' }

type Placed = { readonly path: string; readonly method: string; readonly operation: Operation }

function operationSection({ path, method, operation }: Placed): string {
  const { operationId, summary, description = '', parameters = [], requestBody, responses } = operation
  const rows = parameters.map(
    (one) =>
      `<tr><th scope="row"><code>${one.name}</code></th><td>${one.in}${one.required === true ? ', required' : ''}</td>
      <td><code>${escape(typeText(one.schema) + presetText(one.schema))}</code></td><td>${texted(one.description ?? '')}</td></tr>`,
  )
  const good = Object.entries(responses).filter(([status]) => Number(status) < 400)
  const codes = Object.values(responses).flatMap(codesIn)
  return `<section id="${operationId}">
    <h3><code><span class="method">${method}</span> ${escape(path)}</code> <span class="who">${ROLES[operation['x-role'] ?? ''] ?? 'anyone'}</span></h3>
    <p><strong>${escape(summary)}.</strong> ${description === `${summary}.` ? '' : texted(description)}</p>
    <details><summary>Request and answers of ${operationId}</summary>
    ${rows.length === 0 ? '' : `<table><tbody>${rows.join('')}</tbody></table>`}
    ${requestBody === undefined ? '' : bodyText(requestBody)}
    ${good.map(([status, response]) => `<p>${status}: ${escape(response.description)}</p>${answerText(response)}`).join('')}
    <p>Refusals: ${codes.map((code) => `<a href="/docs/codes#${code}"><code>${code}</code></a>`).join(', ')}</p></details>
  </section>`
}

function presetText(schema: Schema): string {
  const { default: preset } = schema as { default?: unknown }
  return preset === undefined ? '' : ` = ${JSON.stringify(preset)}`
}

function bodyText({ required = false, content }: NonNullable<Operation['requestBody']>): string {
  const [type, { schema = {}, example }] = Object.entries(content)[0]!
  const shown = example === undefined ? '' : `<p>For example:</p>${code(JSON.stringify(example, null, 2))}`
  return `<p>Body, <code>${escape(type)}</code>${required ? '' : ', may be left out'}:</p>${pre(schema)}${shown}`
}

function answerText({ content }: { content?: Record<string, { schema?: Schema }> }): string {
  const schema = Object.values(content ?? {})[0]?.schema
  return schema === undefined ? '' : pre(schema)
}

function codesIn({ content }: { content?: Record<string, { schema?: Schema }> }): string[] {
  return [...JSON.stringify(content ?? {}).matchAll(/schemas\/Problem_(\w+)"/g)].map(([, code]) => code!).filter(first)
}

function first<Item>(item: Item, i: number, all: readonly Item[]): boolean {
  return all.indexOf(item) === i
}

export function codesPage(): Page {
  const statuses = [...new Set(Object.values(problems).map(({ status }) => status))]
  const sections = statuses.map((status) => {
    const own = (Object.keys(problems) as Code[]).filter((code) => problems[code].status === status)
    const codes = own.map((code) => {
      const { when, fields } = codeTexts[code]
      return `<section id="${code}"><h3><code>${code}</code></h3><p><strong>${escape(problems[code].title)}.</strong> ${texted(when)}</p>
      ${fields === undefined ? '' : `<p>Fields of its own:</p>${pre(jsonSchema(z.object(fields)))}`}</section>`
    })
    return `<section><h2>${status}</h2>${codes.join('')}</section>`
  })
  return page(
    'Codes',
    `<p>Every refusal is an RFC 9457 problem, <code>application/problem+json</code>, over the live channel in
    <code>reject</code> and <code>problem</code>. Its <code>code</code> never changes its meaning; <code>type</code> leads here.
    The same for machines: <a href="/v1/codes">/v1/codes</a>.</p>${sections.join('')}${closeSection()}`,
  )
}

function closeSection(): string {
  const rows = Object.values(closeCodes).map(
    ({ code, reason }) => `<tr><th scope="row"><code>${code}</code></th><td>${escape(reason)}</td></tr>`,
  )
  return `<section><h2 id="close-codes">Close codes of the live channel</h2><table><tbody>${rows.join('')}</tbody></table></section>`
}

type ChannelDocument = {
  readonly info: { readonly description: string }
  readonly channels: Readonly<
    Record<string, { address: string; title: string; description: string; messages: Record<string, ChannelMessage> }>
  >
  readonly operations: Readonly<
    Record<string, { action: string; channel: { $ref: string }; messages: { $ref: string }[] }>
  >
  readonly components: { readonly schemas: Record<string, Schema> }
}
type ChannelMessage = { name: string; summary: string; payload: Schema; examples: { payload: unknown }[] }

/** The guide, and behind it all that may be said. */
export function channelPage({ asyncApi }: Documents): Page {
  const document = asyncApi as ChannelDocument
  const guide = readFileSync(new URL('../../docs/channel.md', import.meta.url), 'utf8')
  const sections = Object.entries(document.channels).map(([name, { address, title, description, messages }]) => {
    const of = (action: string) =>
      Object.values(document.operations)
        .filter((one) => one.action === action && one.channel.$ref.endsWith(`/${name}`))
        .flatMap((one) => one.messages.map(({ $ref }) => messages[$ref.split('/').at(-1)!]!))
    const part = (heading: string, own: readonly ChannelMessage[]) =>
      `<h3>${heading}</h3>${own.map((message) => messageSection(name, message)).join('')}`
    return `<section><h2 id="${name}">${escape(title)}</h2><p><code>GET ${escape(address)}</code></p><p>${texted(description)}</p>
      ${part('You say', of('receive'))}${part('You are told', of('send'))}</section>`
  })
  const events = Object.entries(eventTexts).map(
    ([type, text]) => `<tr><th scope="row"><code>${type}</code></th><td>${texted(text)}</td></tr>`,
  )
  const shapes = Object.entries(document.components.schemas).map(
    ([name, schema]) => `<section id="schema-${name}"><h3><code>${name}</code></h3>${pre(schema)}</section>`,
  )
  return page(
    'The live channel',
    `${guideText(guide)}${sections.join('')}<section><h2 id="events">What each event changes</h2><table><tbody>${events.join('')}</tbody></table></section>
    ${closeSection()}<section><h2 id="shapes">Shapes</h2>${shapes.join('')}</section>`,
  )
}

/** A document that stands beside the source, such as the rules. */
export function filePage(name: string, title: string): Page {
  return page(title, guideText(readFileSync(new URL(`../../docs/${name}.md`, import.meta.url), 'utf8')))
}

/** Its own heading is the page's; its parts have names to lead to; links to other files have no place here. */
function guideText(markdown: string): string {
  const [, ...parts] = markdown.split(/^# .*$/m)
  const html = marked.parse(parts.join(''), { async: false })
  return html
    .replaceAll('<pre>', '<pre tabindex="0">')
    .replaceAll(/<a href="(channel|ledger|rules)\.md(#[^"]*)?">/g, '<a href="/docs/$1$2">')
    .replaceAll(/<a href="(?!http|\/docs|#)[^"]*">(.*?)<\/a>/g, '$1')
}

function messageSection(channel: string, { name, summary, payload, examples }: ChannelMessage): string {
  const [example] = examples
  return `<section id="${channel}-${name}"><h3><code>${name}</code></h3><p>${texted(summary)}</p>
    <details><summary>Shape and example of ${name}</summary>${pre(payload)}${code(JSON.stringify(example?.payload, null, 2))}</details></section>`
}

/** A description, whose code is marked. */
function texted(text: string): string {
  return escape(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>')
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function code(text: string): string {
  return `<pre tabindex="0">${escape(text)}</pre>`
}

function pre(schema: Schema): string {
  return `<pre tabindex="0">${typeText(schema, 0, true)}</pre>`
}

/** A schema as a type is written in TypeScript. As HTML where `rich`: named shapes are links, descriptions are notes. */
function typeText(schema: Schema, depth = 0, rich = false): string {
  const { $ref, anyOf, oneOf, allOf, enum: values, const: value, type, items, properties } = schema as Shown
  const show = (one: Schema) => typeText(one, depth, rich)
  if ($ref !== undefined) return named($ref.replace(SCHEMAS, ''), rich)
  if (depth > DEPTH_MAX) return '…'
  if (value !== undefined) return said(JSON.stringify(value), rich)
  if (values !== undefined) return said(values.map((one) => JSON.stringify(one)).join(' | '), rich)
  if (properties !== undefined) return objectText(schema, depth, rich)
  const joined = anyOf ?? oneOf
  if (joined !== undefined) return [...new Set(joined.map((one) => show(one)))].join(' | ')
  if (allOf !== undefined) return allOf.map((one) => show(one)).join(' & ')
  if (items !== undefined) return `${show(items)}[]`
  return [type ?? 'any'].flat().join(' | ') + boundsText(schema)
}

/** Of a number or a text, and what it is where it is left out. */
function boundsText({ minimum, maximum, minLength, maxLength, format }: Bounds): string {
  const least = minimum ?? minLength
  const most = maximum ?? maxLength
  const isBound = (one: number | undefined) => one !== undefined && Math.abs(one) < Number.MAX_SAFE_INTEGER
  const range = isBound(most) ? ` ${least ?? 0}–${most}` : isBound(least) ? ` from ${least}` : ''
  return format === undefined || format === 'binary' ? range : ` ${format}${range}`
}

type Bounds = { minimum?: number; maximum?: number; minLength?: number; maxLength?: number; format?: string }

type Shown = {
  $ref?: string
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
  enum?: unknown[]
  const?: unknown
  type?: string | string[]
  items?: Schema
  properties?: Record<string, Schema>
  required?: string[]
}

function objectText({ properties = {}, required = [] }: Shown, depth: number, rich: boolean): string {
  const indent = '  '.repeat(depth + 1)
  const lines = Object.entries(properties).map(([name, schema]) => {
    const { description } = schema as { description?: string }
    const note = description === undefined || !rich ? '' : ` <span class="note">// ${escape(description)}</span>`
    return `${indent}${name}${required.includes(name) ? '' : '?'}: ${typeText(schema, depth + 1, rich)}${said(presetText(schema), rich)}${note}`
  })
  return lines.length === 0 ? '{}' : `{\n${lines.join('\n')}\n${'  '.repeat(depth)}}`
}

function named(name: string, rich: boolean): string {
  return rich ? `<a href="#schema-${name}">${name}</a>` : name
}

function said(text: string, rich: boolean): string {
  return rich ? escape(text) : text
}
