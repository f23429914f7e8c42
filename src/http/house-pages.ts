import { texts } from '../languages/texts.ts'
import { type Language, languageCodes } from '../languages/list.ts'
import { lru } from '../engine/lru.ts'
import { Marked, type Token, type Tokens } from 'marked'
import { createHash } from 'node:crypto'
import { type Scheme, shadesOf } from '../domain/contrast.ts'
import { formatInstant } from '../domain/figures.ts'
import { toWire } from '../domain/instant.ts'
import { pictureAt, picturePath } from '../domain/picture.ts'
import type { HouseFace, HouseTerms } from '../engine/house-ports.ts'
import { type Reader, type Written, escape } from './page-texts.ts'

/** What the service writes of the house into every page, and the pages of its own texts: none of it needs a script. */

/** What a house is called that has no name of its own. */
export const NAME = 'Martillo'

export function nameOf({ name }: HouseFace): string {
  return name ?? NAME
}

const KINDS = ['imprint', 'privacy', 'terms'] as const
export type LegalKind = (typeof KINDS)[number]

/** Name, colours and logo, for the head of every page; nothing where nobody set them. */
export function houseHead(face: HouseFace): string {
  const sheet = houseSheet(face)
  const name = face.name === null ? '' : `<meta name="application-name" content="${escape(face.name)}">`
  return name + (sheet === null ? '' : `<link rel="stylesheet" href="/house/${hashOf(sheet)}.css">`)
}

/** Short: it only has to differ when the sheet does. */
export function hashOf(sheet: string): string {
  return createHash('sha256').update(sheet).digest('hex').slice(0, 16)
}

/** The house's colours and logo as a style sheet, null where it has none of its own. It outweighs those of the pages. */
export function houseSheet({ accent, logo }: HouseFace): string | null {
  const rules = [accent === null ? '' : accentRule(accent), logo === null ? '' : logoRules(logo)].join('')
  return rules === '' ? null : rules
}

function accentRule(accent: NonNullable<HouseFace['accent']>): string {
  const shades = (scheme: Scheme) => ({ accent: accent[scheme], ...shadesOf(accent[scheme], scheme) })
  const [light, dark] = [shades('light'), shades('dark')]
  const pair = (name: string, shade: keyof typeof light) => `${name}:light-dark(${light[shade]},${dark[shade]})`
  return `:root:root{${pair('--accent', 'accent')};${pair('--accent-deep', 'deep')};${pair('--accent-wash', 'wash')}}`
}

const LOGO_HEIGHT_REM = 2.25
const LOGO_WIDTH_REM_MAX = 12
/** On a telephone, and there where the way to the desk stands beside it. */
const NARROW_REM = 7.5
const BESIDE_DESK_REM = 5.5

/** The name stays there as text. In the dark the logo keeps the light ground that it was drawn for. */
function logoRules({ path, width, height }: NonNullable<HouseFace['logo']>): string {
  const wide = (most: number) => `${Math.min(most, (LOGO_HEIGHT_REM * width) / height).toFixed(3)}rem`
  const address = picturePath(pictureAt(path)!, 'small')
  return `.masthead .wordmark svg{display:none}
.masthead .wordmark span{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.masthead .wordmark::before{content:'';box-sizing:content-box;flex:none;width:${wide(LOGO_WIDTH_REM_MAX)};aspect-ratio:${width}/${height};padding:0.2rem;border-radius:var(--round);background:url(${address}) center/contain no-repeat content-box border-box light-dark(#0000,#fffdf8);print-color-adjust:exact}
@media (width < 40rem){.masthead .wordmark::before{width:${wide(NARROW_REM)}}}
@media (width < 30rem){.masthead:has([href='/desk']) .wordmark::before{width:${wide(BESIDE_DESK_REM)}}}`
}

/** Where the house says who it is; in every language, of which the page shows its own. Nothing where nothing is set. */
export function houseFoot(face: HouseFace, language: Language): string {
  const links = KINDS.filter((kind) => face.has[kind]).map((kind) => link(`/${kind}`, kind, language))
  if (face.contact !== null) {
    const { contact } = face
    links.push(link(contact.startsWith('https://') ? contact : `mailto:${contact}`, 'contact', language))
  }
  if (links.length === 0) return ''
  return `<footer class="foot"><div><p>${escape(nameOf(face))}</p><ul>${links.join('')}</ul></div></footer>`
}

function link(address: string, name: LegalKind | 'contact', language: Language): string {
  const names = languageCodes.map(
    (code) => `<span lang="${code}"${code === language ? '' : ' hidden'}>${texts[code].house[name]}</span>`,
  )
  return `<li><a href="${escape(address)}">${names.join('')}</a></li>`
}

export function legalPage(kind: LegalKind, text: string, { language }: Reader): Written {
  return pageOf(texts[language].house[kind], text, '')
}

/** A version of the terms, with what it takes to check which text somebody agreed to. */
export function termsPage(terms: HouseTerms, present: number | null, reader: Reader): Written {
  const says = texts[reader.language].house
  const { version, sha256, at, text } = terms
  const isPresent = version === present
  const former = isPresent ? '' : `<p class="notice">${says.former(version)} <a href="/terms">${says.present}</a></p>`
  const others = Array.from({ length: version - 1 }, (_, i) => version - 1 - i).slice(0, VERSIONS_SHOWN_MAX)
  const list = others.map((one) => `<a href="/terms/${one}">${one}</a>`).join(' ')
  return pageOf(
    says.terms,
    text,
    `<div class="terms-version muted small">${former}<p>${says.version(version, formatInstant(toWire(at), reader))}</p>
    <p>SHA-256 <code>${sha256}</code></p>${others.length === 0 ? '' : `<p>${says.others} ${list}</p>`}</div>`,
  )
}

const VERSIONS_SHOWN_MAX = 20

function pageOf(title: string, text: string, end: string): Written {
  return { title, body: `<main class="docs legal"><h1>${title}</h1>${markdown(text)}${end}</main>` }
}

/** Where a text may lead to; anything else stays text. */
const SAFE_LINK = /^(?:https?:\/\/|mailto:)[^\s"<>]+$/i

/** Markdown of people who are trusted with words and with nothing else: HTML is shown as it was typed, pictures by their names. */
const marked = new Marked({
  breaks: true,
  gfm: true,
  renderer: {
    html: ({ text }) => escape(text),
    image: ({ text }) => escape(text),
    link({ href, tokens }) {
      const inner = this.parser.parseInline(tokens)
      return SAFE_LINK.test(href) ? `<a href="${escape(href)}" rel="noreferrer nofollow">${inner}</a>` : inner
    },
  },
})

const isHeading = (token: Token): token is Tokens.Heading => token.type === 'heading'

/** The page's own heading is the first: those of the text come below it, whatever level they begin at, and none is left out. */
function stepDown(tokens: readonly Token[]): void {
  const headings = tokens.filter(isHeading)
  const least = Math.min(...headings.map(({ depth }) => depth))
  let last = 1
  for (const heading of headings) {
    heading.depth = Math.min(heading.depth - least + 2, last + 1, DEEPEST)
    last = heading.depth
  }
}

const DEEPEST = 6

/** Also former terms, which stay readable. */
const RENDERED_MAX = 64
const rendered = lru<string>(RENDERED_MAX)

/** The last texts are kept as they were written out: they are read far more often than changed. */
export function markdown(text: string): string {
  const known = rendered.get(text)
  if (known !== undefined) return known
  const tokens = marked.lexer(text)
  stepDown(tokens)
  const html = marked.parser(tokens)
  rendered.set(text, html)
  return html
}
