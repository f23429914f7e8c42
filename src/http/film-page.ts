import { texts } from '../languages/texts.ts'
import { formatMoney } from '../domain/figures.ts'
import type { AuctionView, FilmView } from '../domain/wire.ts'
import { PREVIEW } from './film-picture.ts'
import {
  type Reader,
  type Site,
  type Written,
  escape,
  line,
  noscript,
  previewTags,
  priceLine,
  timeLine,
} from './page-texts.ts'

/** What the service writes into the page of a film: for link previews, and as a list for readers without JavaScript. */

type Shown = { readonly auction: AuctionView; readonly film: FilmView }

export function filmPage(reader: Reader, { base, name }: Site, shown: Shown): Written {
  const { auction, film } = shown
  const says = texts[reader.language].film
  const title = `${auction.title} – ${says.film}`
  const url = `${base}/auctions/${auction.id}/film`
  const summary = line(says.lastMinute, priceLine(auction, reader), timeLine(auction, reader))
  const size = Object.entries(PREVIEW).map(([name, px]) => `<meta property="og:image:${name}" content="${px}">`)
  return {
    title,
    head: previewTags({ name, title, summary, url, picture: `${url}.png?lang=${reader.language}` }) + size.join(''),
    body: noscript(
      `<h1>${escape(title)}</h1>
      <p><strong>${escape(priceLine(auction, reader))}</strong></p>
      <p>${escape(timeLine(auction, reader))}</p>
      <h2>${says.lastMinute}</h2>
      ${film.steps.length === 0 ? `<p>${says.none}</p>` : `<ol>${film.steps.map((step) => stepTag(step, auction, reader)).join('')}</ol>`}
      <p><a href="/auctions/${auction.id}">${says.toAuction}</a></p>
      <p>${says.needsScript}</p>`,
    ),
    given: shown,
  }
}

function stepTag(step: FilmView['steps'][number], { currency }: AuctionView, reader: Reader): string {
  const says = texts[reader.language].film
  const price = step.price === null ? '' : formatMoney(step.price, currency, reader)
  const when = says.after(says.seconds((step.ms / 1_000).toFixed(1)))
  const what =
    step.kind === 'bid'
      ? step.sentences[reader.language]
      : step.kind === 'void'
        ? says.voided(step.paddle, price, step.reason)
        : says.extended
  return `<li>${escape(`${when}: ${what}`)}</li>`
}
