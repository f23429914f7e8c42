import { DEFAULT_LANGUAGE, byLanguage, languageCodes, languages } from '../languages/list.ts'
import { texts } from '../languages/texts.ts'
import fastifyStatic from '@fastify/static'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import type { HouseFace } from '../engine/house-ports.ts'
import { lastBids } from '../domain/view.ts'
import { invalid, reject } from '../domain/rejection.ts'
import { status } from '../domain/schema.ts'
import {
  type Reader,
  type Written,
  auctionPage,
  cataloguePage,
  missingPage,
  unknownPage,
  plainPage,
  escape,
  readerOf,
} from './page-texts.ts'
import { asyncApi } from './asyncapi.ts'
import { charge } from './budgets.ts'
import type { Films } from './film.ts'
import { filmPage } from './film-page.ts'
import { ITEMS_FOR_ONE } from './catalogue.ts'
import type { OriginRule } from './origin.ts'
import {
  type LegalKind,
  hashOf,
  houseFoot,
  houseHead,
  houseSheet,
  legalPage,
  nameOf,
  termsPage,
} from './house-pages.ts'
import { HOUSE, apiPage, channelPage, codesPage, filePage } from './docs-pages.ts'
import { type App, type AppParts, findFor, inLine, sendPublicText } from './parts.ts'
import { Refused, refuse } from './problem.ts'

const dist = fileURLToPath(new URL('../../web/dist/', import.meta.url))
const HOUR_MS = 3_600 * 1_000
const YEAR_MS = 365 * 24 * HOUR_MS

/** The pages that are the same for everyone, but for language and scheme. */
const plainPages = { '/account': 'account', '/bids': 'bids', '/desk': 'desk' }

/** Lots on the first page of the catalogue: as many as the page itself asks for. */
const CATALOGUE_PAGE = 24

const search = z.object({
  q: z.string().max(200).catch(''),
  status: z.union([status, z.literal('')]).catch(''),
  sort: z.enum(['closing', 'newest', 'price', 'bids']).catch('closing'),
})

type Missing = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>

/**
 * The pages, each at its own address, written in the reader's language, with what link previews and readers without
 * JavaScript need; what they load has a hash in its name and is kept for good. Gives the page for what is not there,
 * or null where the pages are not built, as in tests of the service alone.
 */
export async function registerPages(
  app: App,
  parts: AppParts & { readonly films: Films },
  originAllowed: OriginRule,
): Promise<Missing | null> {
  if (!existsSync(dist)) return null
  const { config, engine, hub, store, catalogue, house } = parts
  const isPublic = config.WATCHING === 'public'
  const templates = new Templates()
  const baseOf = (request: FastifyRequest) => {
    const base = config.PUBLIC_URL ?? `${request.protocol}://${request.host}`
    if (!URL.canParse(base)) throw new Refused(invalid('host', 'could not be read'))
    return base
  }
  const siteOf = async (request: FastifyRequest) => ({ base: baseOf(request), name: nameOf(await house.face()) })
  const write = async (request: FastifyRequest, reply: FastifyReply, name: string, written: Written = {}) => {
    void asPage(reply, 'Cookie, Accept-Language')
    return templates.page(name, readerOf(request), written, await house.face())
  }
  const send = async (request: FastifyRequest, reply: FastifyReply, name: string, written?: Written) =>
    sendPublicText(reply, await write(request, reply, name, written))
  // Also what no route is for, where nothing is compressed.
  const missing: Missing = async (request, reply) => {
    const text = await write(request, reply, 'missing', missingPage(readerOf(request)))
    return reply.code(404).send(text)
  }

  await app.register(fastifyStatic, {
    root: dist,
    wildcard: false,
    index: false,
    serve: false,
    cacheControl: false,
    preCompressed: true,
  })
  const schema = { hide: true }

  /** At the root: a worker is for the pages below its address. */
  const worker = readFileSync(`${dist}push-worker.js`, 'utf8').replace(
    "JSON.parse('{}')",
    JSON.stringify(byLanguage((language) => texts[language].offline)),
  )
  app.get('/push-worker.js', { schema }, (_request, reply) =>
    sendPublicText(reply.header('cache-control', 'no-cache').type('text/javascript; charset=utf-8'), worker),
  )

  for (const [path, name] of Object.entries(plainPages))
    app.get(path, { schema }, async (request, reply) => {
      if (name === 'desk') allowWebAssembly(reply)
      const written = plainPage(readerOf(request))
      if (name === 'bids') return send(request, reply, name, written)
      const mail = config.SMTP_URL !== null
      const terms = name === 'account' ? { terms: (await house.house()).terms?.sha256 ?? null } : {}
      return send(request, reply, name, { ...written, given: { ...terms, mail } })
    })

  app.get('/', { schema }, async (request, reply) => {
    if (!isPublic) return send(request, reply, 'index')
    const asked = search.parse(request.query)
    const query = { ...asked, status: asked.status === '' ? undefined : [asked.status], limit: CATALOGUE_PAGE }
    const page = await catalogue.page(query, null)
    charge(request, page.items.length / ITEMS_FOR_ONE)
    return send(
      request,
      reply,
      'index',
      cataloguePage(readerOf(request), await siteOf(request), { search: asked, page }),
    )
  })

  app.get<{ Params: { id: string } }>('/auctions/:id', { schema, preHandler: inLine }, async (request, reply) => {
    if (!isPublic) return send(request, reply, 'auction')
    const stored = await findFor(null, request.params.id, engine)
    // The page is sent all the same: a seller's own draft is shown once they are known.
    if (stored === null) return send(request, reply.code(404), 'auction', unknownPage(readerOf(request)))
    const auction = await hub.snapshots.view(stored, null)
    const bids = lastBids(stored.auction)
    const seen = { epoch: store.epoch, auction, bids }
    return send(request, reply, 'auction', auctionPage(readerOf(request), await siteOf(request), seen))
  })

  app.get<{ Params: { id: string } }>('/auctions/:id/film', { schema, preHandler: inLine }, async (request, reply) => {
    if (!isPublic) return send(request, reply, 'film')
    const stored = await findFor(null, request.params.id, engine)
    const film = stored === null ? null : await parts.films.of(stored, request)
    if (stored === null || film === null) return send(request, reply.code(404), 'film', unknownPage(readerOf(request)))
    const auction = await hub.snapshots.view(stored, null)
    return send(request, reply, 'film', filmPage(readerOf(request), await siteOf(request), { auction, film }))
  })

  const english = (request: FastifyRequest): Reader => ({ ...readerOf(request), language: DEFAULT_LANGUAGE })
  const documents = {
    '/docs': apiPage,
    '/docs/codes': codesPage,
    '/docs/channel': channelPage,
    '/docs/rules': () => filePage('rules', 'The rules'),
    '/docs/ledger': () => filePage('ledger', 'The ledger'),
  }
  for (const [path, pageFrom] of Object.entries(documents)) {
    let written: Written | null = null
    app.get(path, { schema }, async (request, reply) => {
      written ??= pageFrom({ openApi: app.swagger(), asyncApi: asyncApi(config.PUBLIC_URL) })
      const page = templates.page('docs', english(request), written, await house.face())
      const text = page.replaceAll(HOUSE, escape(baseOf(request)))
      return sendPublicText(asPage(reply, 'Cookie'), text)
    })
  }

  const legal = {
    imprint: async () => (await house.house()).imprint,
    privacy: async () => (await house.house()).privacy,
  } satisfies Partial<Record<LegalKind, () => Promise<string | null>>>
  for (const [kind, textOf] of Object.entries(legal) as [keyof typeof legal, () => Promise<string | null>][])
    app.get(`/${kind}`, { schema }, async (request, reply) => {
      const text = await textOf()
      if (text === null) return missing(request, reply)
      return send(request, reply, 'text', legalPage(kind, text, readerOf(request)))
    })

  app.get('/terms', { schema }, async (request, reply) => {
    const { terms } = await house.house()
    if (terms === null) return missing(request, reply)
    return send(request, reply, 'text', termsPage(terms, terms.version, readerOf(request)))
  })

  app.get<{ Params: { version: string } }>('/terms/:version', { schema }, async (request, reply) => {
    const { version } = request.params
    const terms = /^[1-9]\d{0,8}$/.test(version) ? await house.terms(Number(version)) : null
    if (terms === null) return missing(request, reply)
    const present = (await house.house()).terms?.version ?? null
    return send(request, reply, 'text', termsPage(terms, present, readerOf(request)))
  })

  // Of a page that was sent just before a change: the sheet that holds now is better than none, and is not kept.
  app.get<{ Params: { file: string } }>(
    '/house/:file',
    { schema, config: { budget: 'none' } },
    async (request, reply) => {
      const sheet = houseSheet(await house.face())
      if (sheet === null) return refuse(reply, reject('not_found'))
      const isNamed = request.params.file === `${hashOf(sheet)}.css`
      void reply.header('cache-control', isNamed ? `public, max-age=${YEAR_MS / 1_000}, immutable` : 'no-cache')
      return sendPublicText(reply.type('text/css; charset=utf-8'), sheet)
    },
  )

  app.get('/lend', { schema }, (request, reply) => {
    const asking = (request.query as { origin?: unknown }).origin
    if (typeof asking !== 'string' || !originAllowed(asking, request.headers.host)) return missing(request, reply)
    // The page that opened it is to hear the answer.
    void reply.header('cross-origin-opener-policy', 'unsafe-none')
    return send(request, reply, 'lend', plainPage(readerOf(request)))
  })

  app.get('/embed.js', { schema, config: { budget: 'none' } }, (_request, reply) =>
    reply
      .header('cross-origin-resource-policy', 'cross-origin')
      .sendFile('embed.js', { cacheControl: true, maxAge: HOUR_MS }),
  )

  // A module is asked for with CORS; that it is read says nothing of anybody.
  for (const file of ['client.js', 'client.js.map'])
    app.get(`/${file}`, { schema, config: { budget: 'none' } }, (_request, reply) =>
      reply
        .header('access-control-allow-origin', '*')
        .header('cross-origin-resource-policy', 'cross-origin')
        .sendFile(file, { cacheControl: true, maxAge: HOUR_MS }),
    )

  app.get<{ Params: { '*': string } }>('/assets/*', { schema, config: { budget: 'none' } }, (request, reply) =>
    reply.sendFile(`assets/${request.params['*']}`, { cacheControl: true, maxAge: YEAR_MS, immutable: true }),
  )
  return missing
}

/** The desk decodes HEIC by WebAssembly: it may be compiled there, and nothing else is let in by it. */
function allowWebAssembly(reply: FastifyReply): void {
  const policy = String(reply.getHeader('content-security-policy'))
  void reply.header(
    'content-security-policy',
    policy.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'"),
  )
}

function asPage(reply: FastifyReply, vary: string): FastifyReply {
  return reply.header('cache-control', 'private, no-cache').header('vary', vary).type('text/html; charset=utf-8')
}

type ManifestEntry = {
  readonly file: string
  readonly src?: string
  readonly imports?: string[]
  readonly dynamicImports?: string[]
}

/** The built pages, read once, with places for what is written into them. */
class Templates {
  readonly #manifest = JSON.parse(readFileSync(`${dist}manifest.json`, 'utf8')) as Record<string, ManifestEntry>
  readonly #pages = new Map<string, string>()

  page(name: string, { language, scheme }: Reader, written: Written, house: HouseFace): string {
    const { title, head = '', body = '', given } = written
    const called = escape(nameOf(house))
    // A function as the replacement: what a seller typed may hold $& and the like.
    return this.#read(name)
      .replace('lang="en"', () => `lang="${language}"`)
      .replace('data-scheme="auto"', () => `data-scheme="${scheme}"`)
      .replace('data-house="Martillo"', () => `data-house="${called}"`)
      .replace(
        '<title>Martillo</title>',
        () => `<title>${title === undefined ? '' : `${escape(title)} – `}${called}</title>`,
      )
      .replace('<span>Martillo</span>', () => `<span>${called}</span>`)
      .replace('<!--head-->', () => this.#code(name, language) + houseHead(house) + head)
      .replace(
        '<!--body-->',
        () => languageTemplate + body + houseFoot(house, language) + (given === undefined ? '' : givenScript(given)),
      )
  }

  #read(name: string): string {
    let text = this.#pages.get(name)
    if (text === undefined) this.#pages.set(name, (text = readFileSync(`${dist}${name}.html`, 'utf8')))
    return text
  }

  /** All of the page's code is asked for at once, and the texts of the reader's language run as soon as they are there. */
  #code(name: string, language: Reader['language']): string {
    const seen = new Set<string>()
    const look = (key: string): string[] => {
      const entry = this.#manifest[key]
      if (entry === undefined || seen.has(key)) return []
      seen.add(key)
      const texts = entry.dynamicImports?.filter((one) => one.endsWith(`.${language}.ts`)) ?? []
      return [entry.file, ...(entry.imports ?? []).flatMap(look), ...texts.map((one) => this.#manifest[one]!.file)]
    }
    const [, ...others] = new Set(look(`${name}.html`))
    return others
      .map((file) =>
        file.endsWith(`.${language}.js`)
          ? `<script type="module" async src="/${file}"></script>`
          : `<link rel="modulepreload" href="/${file}">`,
      )
      .join('')
  }
}

/** For the list of languages in the head of a page. */
const languageTemplate = `<template id="languages">${languageCodes
  .map((code) => `<option value="${code}" lang="${code}">${languages[code].name}</option>`)
  .join('')}</template>`

/** JSON that no text in it can end early. */
function givenScript(given: object): string {
  return `<script type="application/json" id="given">${JSON.stringify(given).replaceAll('<', '\\u003c')}</script>`
}
