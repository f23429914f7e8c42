import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { email } from '../config/email.ts'
import { SCHEMES, TEXT_CONTRAST, weaknessOf } from '../domain/contrast.ts'
import { instant, toWire } from '../domain/instant.ts'
import { pictureAt, picturePath, webpSize } from '../domain/picture.ts'
import { address, text } from '../domain/schema.ts'
import { invalid, isRejection, reject, type Rejection } from '../domain/rejection.ts'
import type { House, HouseChanges, HouseFace, Pictures } from '../engine/house-ports.ts'
import { atLeast } from './access.ts'
import { type App, type AppParts, sendPublic } from './parts.ts'
import { refuse } from './problem.ts'

/** In every header and title: longer would push out what stands beside it. */
export const HOUSE_NAME_MAX = 60
/** An imprint, a privacy notice, terms: some twenty printed pages, and several of them fit into one request. */
export const LEGAL_TEXT_MAX = 50_000
const CONTACT_MAX = 300

const tags = ['house']

const colour = z
  .string()
  .regex(/^#[\da-f]{6}$/i, 'is no colour such as #17543f')
  .transform((typed) => typed.toLowerCase())
  .meta({ description: 'As `#rrggbb`' })

const accent = z.strictObject({ light: colour, dark: colour }).superRefine((shades, context) => {
  for (const scheme of SCHEMES) {
    const weakness = weaknessOf(shades[scheme], scheme)
    if (weakness === null) continue
    const pair = weakness.where === 'paper' ? 'it on the background' : 'the text on it'
    const ratio = (Math.floor(weakness.ratio * 100) / 100).toFixed(2)
    const message = `cannot be read in the ${scheme} scheme: ${pair} has a contrast of ${ratio}:1, and needs ${TEXT_CONTRAST}:1`
    context.addIssue({ code: 'custom', path: [scheme], message })
  }
})

const logo = z
  .string()
  .refine((path) => pictureAt(path) !== null, 'must be the path of a picture that was uploaded')
  .meta({ format: 'uri-reference', description: '`/images/<name>.webp`, as an upload answered' })

/** A paragraph, list or quotation takes time by its square to be set, and one within another by its depth. */
const PARAGRAPH_MAX = 4_000
const DEEP = /^[ \t]{40}|^[ \t]*(?:[>*+-][ \t]*){10}/m

const legal = (what: string) =>
  text(1, LEGAL_TEXT_MAX, 'lines')
    .refine((given) => given.split(/\n\s*\n/).every((paragraph) => paragraph.length <= PARAGRAPH_MAX), {
      message: `has a paragraph of more than ${PARAGRAPH_MAX} characters: put empty lines between`,
    })
    .refine((given) => !DEEP.test(given), 'has lists or quotations too deep within one another')
    .nullable()
    .meta({ description: `${what}, in Markdown; HTML in it is shown as text` })

const contact = z
  .union([email, z.string().max(CONTACT_MAX).pipe(address)])
  .nullable()
  .meta({ description: 'An e-mail address, or the https address of a page' })

export const houseChanges = z
  .strictObject({
    name: text(1, HOUSE_NAME_MAX).nullable().meta({ description: 'In every header, title and link preview' }),
    logo: logo.nullable(),
    accent: accent.nullable().meta({
      description:
        'The colour of buttons and links in each scheme. Refused where text in it, or on it, has less contrast than WCAG 2.2 AA asks for (4.5:1)',
    }),
    contact,
    imprint: legal('Who runs the house, at /imprint'),
    privacy: legal('What is done with personal data, at /privacy'),
    terms: legal('What bidders agree to when they sign up, at /terms; another text is a new version'),
  })
  .partial()
  .refine((changes) => Object.keys(changes).length > 0, 'change something')

const reference = z.string().meta({ format: 'uri-reference', description: 'Below the address of the service' })
const termsView = z
  .object({
    version: z.int().min(1),
    sha256: z.string().meta({ description: 'Of the text in UTF-8, hexadecimal: a sign-up names it' }),
    since: instant,
    text: z.string(),
  })
  .meta({ id: 'HouseTerms' })

export const houseView = z
  .object({
    name: z.string().nullable(),
    logo: z.object({ url: reference, small: reference, width: z.int(), height: z.int() }).nullable(),
    accent: z.object({ light: z.string(), dark: z.string() }).nullable(),
    contact: z.string().nullable(),
    imprint: z.string().nullable(),
    privacy: z.string().nullable(),
    terms: termsView.nullable(),
  })
  .meta({ id: 'House', description: 'What the house shows of itself; null is what nobody has set' })

function show({ name, logo, accent, contact, imprint, privacy, terms }: House): z.output<typeof houseView> {
  return {
    name,
    logo:
      logo === null
        ? null
        : {
            url: logo.path,
            small: picturePath(pictureAt(logo.path)!, 'small'),
            width: logo.width,
            height: logo.height,
          },
    accent,
    contact,
    imprint,
    privacy,
    terms:
      terms === null
        ? null
        : { version: terms.version, sha256: terms.sha256, since: toWire(terms.at), text: terms.text },
  }
}

/** What the house shows of itself: read by anyone, set by its admins. */
export function houseRoutes(app: App, { house, store, pictures, clock }: AppParts): void {
  const tagOf = ({ changes }: HouseFace) => `W/"${store.epoch}.house.${changes}"`

  app.get(
    '/house',
    {
      schema: {
        tags,
        summary: 'The house',
        operationId: 'getHouse',
        description:
          'What the house shows of itself, also where only members watch. With an ETag; 304 where If-None-Match names it.',
        response: { 200: houseView, 304: z.null() },
      },
    },
    async (request, reply) => {
      const whole = await house.house()
      const tag = tagOf(whole)
      void reply.header('etag', tag).header('cache-control', 'no-cache')
      const plain: FastifyReply = reply
      if (named(request, 'if-none-match')?.includes(tag) === true) return plain.code(304).send()
      return sendPublic(reply, show(whole))
    },
  )

  app.patch(
    '/house',
    {
      schema: {
        tags,
        summary: 'Change the house',
        operationId: 'updateHouse',
        refusals: ['precondition_failed'],
        description:
          'What is given replaces what was, null takes it away. Every version of the terms stays at `/terms/<version>`. With If-Match, the ETag that was read, it changes no state but that.',
        headers: z.object({ 'if-match': z.string().optional() }),
        body: houseChanges,
        response: { 200: houseView },
      },
      onRequest: atLeast('admin'),
    },
    async (request, reply) => {
      const wanted = named(request, 'if-match')
      const before = await house.face()
      const isSeen = wanted?.some((tag) => tag === '*' || tag === tagOf(before) || `W/${tag}` === tagOf(before)) ?? true
      if (!isSeen) return refuse(reply, reject('precondition_failed'))
      const changes = await withLogo(request.body, pictures)
      if (isRejection(changes)) return refuse(reply, changes)
      const isAny = wanted === undefined || wanted.includes('*')
      const after = await house.changeHouse(changes, clock.now(), isAny ? null : before.changes)
      if (after === 'changed') return refuse(reply, reject('precondition_failed'))
      return reply.header('etag', tagOf(after)).send(show(after))
    },
  )
}

function named({ headers }: FastifyRequest, header: 'if-match' | 'if-none-match'): string[] | undefined {
  return headers[header]?.split(',').map((tag) => tag.trim())
}

/** Pages give the logo its place before it is there: its size is kept with it. */
async function withLogo(
  { logo, ...changes }: z.output<typeof houseChanges>,
  pictures: Pictures,
): Promise<HouseChanges | Rejection> {
  if (logo === undefined) return defined(changes)
  if (logo === null) return { ...defined(changes), logo: null }
  const bytes = await pictures.read(pictureAt(logo)!, 'large')
  const size = bytes === null ? null : webpSize(bytes)
  return size === null ? invalid('logo', 'no such picture') : { ...defined(changes), logo: { path: logo, ...size } }
}

/** Without those that were not given. */
function defined(changes: object): HouseChanges {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))
}
