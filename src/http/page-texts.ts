import { DEFAULT_LANGUAGE, isLanguage, languages } from '../languages/list.ts'
import { texts } from '../languages/texts.ts'
import { shownAt } from '../domain/picture.ts'
import type { FastifyRequest } from 'fastify'
import { type Locale, formatInstant, formatMoney } from '../domain/figures.ts'
import type { AuctionView, BidView, ListedAuctionView } from '../domain/wire.ts'

/** What the service itself writes into the pages, for link previews and for readers without JavaScript. */

/** As the reader's cookies and browser say. */
export type Reader = Locale & { readonly scheme: string }

/** HTML for the places of a template; `given` is for the page's own code. */
export type Written = {
  /** As text; the name of the house follows it. */
  readonly title?: string
  readonly head?: string
  readonly body?: string
  readonly given?: object
}

const SCHEMES = ['auto', 'light', 'dark']

export function readerOf(request: FastifyRequest): Reader {
  const wanted = localesOf(request.headers['accept-language'])
  const kept = request.cookies['martillo_language']
  const language = isLanguage(kept) ? kept : (wanted.map(languageOf).find(isLanguage) ?? DEFAULT_LANGUAGE)
  const scheme = SCHEMES.find((one) => one === request.cookies['martillo_scheme']) ?? 'auto'
  return { language, locale: wanted.find((one) => languageOf(one) === language) ?? languages[language].locale, scheme }
}

/** RFC 9110: the tags of an Accept-Language, the most wanted first; only those that Intl knows. */
function localesOf(header = ''): string[] {
  return header
    .split(',', 20)
    .map((part) => {
      const [tag = '', weight = ''] = part.trim().split(/\s*;\s*q=/)
      return { tag, weight: weight === '' ? 1 : Number(weight) }
    })
    .filter(({ tag, weight }) => weight > 0 && LOCALE.test(tag))
    .sort((a, b) => b.weight - a.weight)
    .flatMap(({ tag }) => Intl.NumberFormat.supportedLocalesOf(tag))
}

/** Language, script and region: extensions, such as another calendar, would make one locale many. */
const LOCALE = /^[a-z]{2,3}(-[a-z]{4})?(-([a-z]{2}|\d{3}))?$/i

function languageOf(tag: string): string {
  return tag.split('-')[0]!.toLowerCase()
}

/** Where the pages are, and what the house is called. */
export type Site = { readonly base: string; readonly name: string }

type Seen = { readonly epoch: string; readonly auction: AuctionView; readonly bids: readonly BidView[] }

export function auctionPage(reader: Reader, { base, name }: Site, seen: Seen): Written {
  const { auction, bids } = seen
  const says = texts[reader.language].pages
  const summary = line(priceLine(auction, reader), says.bids(auction.bidCount), timeLine(auction, reader))
  const [picture] = auction.images
  const meta = { name, title: auction.title, summary, url: `${base}/auctions/${auction.id}` }
  return {
    title: auction.title,
    head: previewTags(
      picture === undefined ? meta : { ...meta, picture: new URL(shownAt(picture, 'large'), base).href },
    ),
    body: noscript(
      `<h1>${escape(auction.title)}</h1>${pictureTag(auction)}
      <p><strong>${escape(priceLine(auction, reader))}</strong></p>
      <p>${escape(line(says.status[auction.status], says.bids(auction.bidCount), timeLine(auction, reader)))}</p>
      <p>${escape(auction.description)}</p>
      <ul>${bids.map((bid) => bidTag(bid, auction, reader)).join('')}</ul>
      <p><a href="/">${says.toAuctions}</a></p>
      <p>${says.needsScript}</p>`,
    ),
    given: seen,
  }
}

type Listed = { readonly search: object; readonly page: { readonly items: readonly ListedAuctionView[] } }

export function cataloguePage(reader: Reader, { base, name }: Site, listed: Listed): Written {
  const says = texts[reader.language].pages
  const lots = listed.page.items.map(
    (lot) =>
      `<li><a href="/auctions/${lot.id}">${escape(lot.title)}</a> – ${escape(line(says.status[lot.status], priceLine(lot, reader), timeLine(lot, reader)))}</li>`,
  )
  return {
    title: says.auctions,
    head: previewTags({ name, title: name, summary: says.tagline, url: `${base}/` }),
    body: noscript(`<h1>${says.auctions}</h1><ul>${lots.join('')}</ul><p>${says.needsScript}</p>`),
    given: listed,
  }
}

/** A page that shows nobody anything before they are known. */
export function plainPage({ language }: Reader): Written {
  const { plainNeedsScript, toAuctions } = texts[language].pages
  return { body: noscript(`<p>${plainNeedsScript}</p><p><a href="/">${toAuctions}</a></p>`) }
}

export function missingPage(reader: Reader): Written {
  return { title: texts[reader.language].pages.missing, body: `<main class="missing">${nothingHere(reader)}</main>` }
}

/** Of an auction that strangers may not know of: with a script its seller sees it all the same. */
export function unknownPage(reader: Reader): Written {
  return { body: noscript(nothingHere(reader)) }
}

function nothingHere({ language }: Reader): string {
  const { missing, missingHint, toAuctions } = texts[language].pages
  return `<h1>${missing}</h1><p>${missingHint}</p><p><a class="primary" href="/">${toAuctions}</a></p>`
}

type Preview = {
  readonly name: string
  readonly title: string
  readonly summary: string
  readonly url: string
  readonly picture?: string
}

/** The Open Graph protocol, which those who show links read. */
export function previewTags({ name, title, summary, url, picture }: Preview): string {
  const tags: [string, string][] = [
    ['og:type', 'website'],
    ['og:site_name', name],
    ['og:title', title],
    ['og:description', summary],
    ['og:url', url],
    ...(picture === undefined ? [] : [['og:image', picture] as [string, string]]),
  ]
  const shown = tags.map(([name, content]) => `<meta property="${name}" content="${escape(content)}">`)
  const card = picture === undefined ? 'summary' : 'summary_large_image'
  return [
    `<meta name="description" content="${escape(summary)}">`,
    ...shown,
    `<meta name="twitter:card" content="${card}">`,
    `<link rel="canonical" href="${escape(url)}">`,
  ].join('')
}

export function noscript(inside: string): string {
  return `<noscript><main class="snapshot">${inside}</main></noscript>`
}

function bidTag({ paddle, house, amount, voided }: BidView, auction: AuctionView, reader: Reader): string {
  const who = house === true ? `${paddle} (${texts[reader.language].pages.house})` : paddle
  const line = escape(`${who}: ${money(amount, auction, reader)}`)
  return voided ? `<li><s>${line}</s> (${texts[reader.language].pages.voided})</li>` : `<li>${line}</li>`
}

function pictureTag({ images: [picture], title }: AuctionView): string {
  return picture === undefined
    ? ''
    : `<img src="${escape(shownAt(picture, 'large'))}" alt="${escape(title)}" referrerpolicy="no-referrer">`
}

export function line(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' · ')
}

export function priceLine(auction: ListedAuctionView, reader: Reader): string {
  const says = texts[reader.language].pages
  const { price, outcome, terms, status } = auction
  if (status === 'cancelled') return says.status.cancelled
  if (outcome?.result === 'unsold') return says.unsold
  if (price === null) return `${says.startsAt} ${money(terms.startPrice, auction, reader)}`
  return `${outcome === null ? says.price : says.soldFor} ${money(price, auction, reader)}`
}

export function timeLine({ status, opensAt, closesAt }: ListedAuctionView, reader: Reader): string {
  const { opens, ends, ended } = texts[reader.language].pages
  const [word, at] = status === 'scheduled' ? [opens, opensAt] : [status === 'closed' ? ended : ends, closesAt]
  if (status === 'cancelled' || status === 'paused') return ''
  if (at === null) return ''
  return `${word} ${formatInstant(at, reader)} UTC`
}

function money(minor: number, { currency }: Pick<AuctionView, 'currency'>, reader: Reader): string {
  return formatMoney(minor, currency, reader)
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text as HTML that shows just it, in a body and in a quoted attribute. */
export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => ESCAPES[sign]!)
}
