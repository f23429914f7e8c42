import { texts } from '../languages/texts.ts'
import type { Language } from '../languages/list.ts'
import type { FilmView } from '../domain/wire.ts'
import { formatMoney, plainLocale } from '../domain/figures.ts'
import { escape } from './page-texts.ts'

/** The preview of a film as SVG: title, hammer price, and the way of the price through the last minute. */

/** As those who show links want it. */
export const PREVIEW = { width: 1_200, height: 630 } as const
const MARGIN = 72
/** Where the line is drawn. */
const FIELD = { left: MARGIN, right: PREVIEW.width - MARGIN, top: 352, bottom: 548 } as const
/** Widths are guessed, for which faces a machine has is not known: `width` is that of so many small letters. */
const TITLE = { lines: 2, width: 32 } as const
/** Characters an XML document may not hold, whatever they are written as (XML 1.0, 2.2). */
const FORBIDDEN = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu

/** The house's own where it has one. */
type Face = { readonly name: string; readonly accent: string | null }
const ACCENT = '#17543f'
const NAME_WIDTH = 34

type Lot = { readonly title: string; readonly currency: string }
type Point = { readonly x: number; readonly y: number }

export function filmPicture(film: FilmView, { title, currency }: Lot, language: Language, face: Face): string {
  const says = texts[language].filmPicture
  const { price, winner, result } = film.outcome
  const show = (minor: number) => formatMoney(minor, currency, plainLocale(language))
  const lines = linesOf(title)
  const accent = face.accent ?? ACCENT
  const [name, ...more] = pieces(face.name, NAME_WIDTH)
  const points = pointsOf(film)
  const [from, to] = [film.price ?? film.steps[0]?.price ?? null, film.steps.at(-1)?.price ?? null]
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${PREVIEW.width}" height="${PREVIEW.height}">
<rect width="100%" height="100%" fill="#f6f2e9"/>
<rect width="100%" height="12" fill="${accent}"/>
<g font-family="Alegreya, Georgia, 'DejaVu Serif', serif" font-weight="700" font-size="48" fill="#1c1b17">
${lines.map((line, i) => `<text x="${MARGIN}" y="${102 + i * 60}">${xml(line)}</text>`).join('\n')}
</g>
<g font-family="'Familjen Grotesk', 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif">
<text x="${MARGIN}" y="${lines.length > 1 ? 262 : 212}" font-size="64" font-weight="700" fill="${accent}">${xml(price === null ? says.unsold : show(price))}</text>
${result === 'sold' && winner !== null ? `<text x="${MARGIN}" y="${lines.length > 1 ? 308 : 258}" font-size="30" fill="#5c584d">${xml(says.sold(winner))}</text>` : ''}
${points.length === 0 ? `<text x="${MARGIN}" y="470" font-size="30" fill="#5c584d">${says.none}</text>` : lineOf(points, accent)}
<text x="${MARGIN}" y="596" font-size="26" fill="#5c584d">${from === null || to === null ? '' : xml(`${show(from)} → ${show(to)}`)}</text>
<text x="${FIELD.right}" y="596" font-size="26" fill="#5c584d" text-anchor="end">${says.film} · ${xml(more.length === 0 ? name! : `${name!.trimEnd()}…`)}</text>
</g>
</svg>`
}

function lineOf(points: readonly Point[], accent: string): string {
  const [first, ...rest] = points
  const path = rest.map(({ x, y }) => `H${x}V${y}`).join('')
  const dots = points.slice(1).map(({ x, y }) => `<circle cx="${x}" cy="${y}" r="7"/>`)
  return `<path d="M${FIELD.left} ${FIELD.bottom + 14}H${FIELD.right}" stroke="#dcd5c4" stroke-width="2"/>
<path d="M${first!.x} ${first!.y}${path}H${FIELD.right}" fill="none" stroke="${accent}" stroke-width="6" stroke-linejoin="round"/>
<g fill="${accent}">${dots.join('')}</g>`
}

/** The price before the first step, and after each. */
function pointsOf({ steps, price, lengthMs }: FilmView): Point[] {
  const shown = steps.filter((step) => step.price !== null)
  if (shown.length === 0) return []
  const prices = [price ?? shown[0]!.price!, ...shown.map((step) => step.price!)]
  const [least, most] = [Math.min(...prices), Math.max(...prices)]
  const y = (at: number) =>
    most === least
      ? (FIELD.top + FIELD.bottom) / 2
      : FIELD.bottom - ((at - least) / (most - least)) * (FIELD.bottom - FIELD.top)
  const x = (ms: number) => FIELD.left + (ms / Math.max(1, lengthMs)) * (FIELD.right - FIELD.left)
  const times = [0, ...shown.map(({ ms }) => ms)]
  return prices.map((at, i) => ({ x: Math.round(x(times[i]!)), y: Math.round(y(at)) }))
}

/** The title in lines that fit; what is too long ends in an ellipsis. */
function linesOf(title: string): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of title
    .trim()
    .split(/\s+/)
    .flatMap((one) => pieces(one))) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) > TITLE.width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  lines.push(line)
  if (lines.length <= TITLE.lines) return lines
  const last = pieces(`${lines[TITLE.lines - 1]} `, TITLE.width - 1)[0]!
  return [...lines.slice(0, TITLE.lines - 1), `${last.trimEnd()}…`]
}

/** A word longer than a line is broken. */
function pieces(word: string, most: number = TITLE.width): string[] {
  const found = ['']
  for (const { segment } of graphemes.segment(word)) {
    const last = found.at(-1)!
    if (last !== '' && widthOf(last + segment) > most) found.push(segment)
    else found[found.length - 1] = last + segment
  }
  return found
}

/** As people count them: an accent or a skin tone is part of what it stands on. */
const graphemes = new Intl.Segmenter('en')
const WIDE = /[\u1100-\uFFFD\u{10000}-\u{10FFFF}]/u
const BROAD = /[\p{Lu}\dmw]/u

function widthOf(text: string): number {
  let width = 0
  for (const { segment } of graphemes.segment(text)) width += WIDE.test(segment) ? 2 : BROAD.test(segment) ? 1.5 : 1
  return width
}

function xml(text: string): string {
  return escape(text.toWellFormed().replace(FORBIDDEN, ''))
}
