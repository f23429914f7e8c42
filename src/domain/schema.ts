import { z } from 'zod'
import type { Amount } from './amount.ts'
import { amount } from './money-schema.ts'
import { currency } from './currency.ts'
import { givenInstant } from './instant.ts'
import { formatName, withTerms } from './formats/shapes.ts'
import { pictureAt } from './picture.ts'

export const TITLE_MAX = 200
export const DESCRIPTION_MAX = 20_000
export const IMAGES_MAX = 20
export const IMAGE_URL_MAX = 2_048
export const REASON_MAX = 500
export const EXTERNAL_ID_MAX = 100
export const METADATA_PAIRS_MAX = 20
export const METADATA_VALUE_MAX = 500
/** Three years and a bit: auctions of 400 days are allowed, and a slip of a digit in the year is not. */
export const DURATION_SECONDS_MAX = 1_100 * 86_400

/** Control characters other than tab and line breaks; bidirectional overrides hide what a text says. */
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/
const LINE_BREAK = /[\n\r\t\u2028\u2029]/
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u

/** Text as it is kept and as ledgers show it: well-formed, NFC, without control characters. */
function keptText(min: number, max: number, shape: 'line' | 'lines' = 'line') {
  return z
    .string()
    .max(max)
    .refine((value) => value.isWellFormed(), 'holds half a character')
    .refine((value) => !CONTROL.test(value), 'holds control characters')
    .refine((value) => shape === 'lines' || !LINE_BREAK.test(value), 'must be one line')
    .refine((value) => min === 0 || VISIBLE.test(value), 'must not be empty')
    .transform((value) => value.normalize('NFC').trim())
    .pipe(z.string().min(min).max(max))
}

/** Letters and signs that are drawn: fonts leave some empty, such as Hangul fillers and the blank of Braille. */
const DRAWN = /(?![\p{Default_Ignorable_Code_Point}\u2800\u{13441}\u{13442}\u{1d159}])[\p{L}\p{N}\p{P}\p{S}]/u

/** What comes along unseen when text is copied: embeddings, overrides and isolates of direction, marks of byte order. */
const UNSEEN = /[\u202a-\u202e\u2066-\u2069\u206a-\u206f\ufeff\ufff9-\ufffb]/g
/** Marks of direction say nothing where all is written from the left. */
const DIRECTION_MARK = /[\u061c\u200e\u200f]/g
const FROM_THE_RIGHT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u
/** Line breaks of slides, and page breaks. */
const BREAK = /[\u000b\u000c]/g
const C1 = /[\u0080-\u009f]/g
/** The characters of windows-1252 that are read as C1 controls where a program takes it for Latin-1. */
const OF_C1 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ'

/** Text as whoever typed or pasted it sees it. */
function asSeen(text: string, shape: 'line' | 'lines'): string {
  const seen = text
    .replace(UNSEEN, '')
    .replace(BREAK, shape === 'lines' ? '\n' : ' ')
    .replace(C1, (char) => OF_C1[char.charCodeAt(0) - 0x80]!.replace(C1, ''))
    .trim()
  return FROM_THE_RIGHT.test(seen) ? seen : seen.replace(DIRECTION_MARK, '')
}

/** What no text is about: controls and halves of characters. */
const UNREADABLE = /[\u0000-\u0008\u000e-\u001f\u007f]|\p{Surrogate}/u

/** Which character of a text it is, and where, counted from 1 as a person counts. */
function placeOf(pattern: RegExp, text: unknown): string {
  const found = pattern.exec(String(text))!
  const code = found[0].codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')
  return `U+${code} at character ${Array.from(found.input.slice(0, found.index)).length + 1}`
}

/** Text that people typed or pasted. What nobody sees is taken out of it; what is refused is named with its place. */
export function text(min: number, max: number, shape: 'line' | 'lines' = 'line') {
  return z
    .string()
    .meta({ maxLength: max })
    .refine((value) => !UNREADABLE.test(value), {
      error: ({ input }) => `cannot be read: ${placeOf(UNREADABLE, input)}`,
    })
    .transform((value) => asSeen(value, shape))
    .refine((value) => shape === 'lines' || !LINE_BREAK.test(value), {
      error: ({ input }) => `must be one line: ${placeOf(LINE_BREAK, input)}`,
    })
    .refine((value) => min === 0 || DRAWN.test(value), 'must have a letter, a figure or a sign that can be seen')
    .pipe(keptText(min, max, shape))
}

export const uuid = z.uuid({ version: 'v7' }).meta({ id: 'Id', description: 'UUIDv7, made by the server' })

export const status = z.enum(['draft', 'scheduled', 'open', 'paused', 'closed', 'cancelled']).meta({ id: 'Status' })
export type Status = z.output<typeof status>

export const role = z.enum(['bidder', 'seller', 'admin']).meta({ id: 'Role' })
export type Role = z.output<typeof role>

/** Printable ASCII without quotes, angle brackets and a user's name: safe wherever an address is put. */
const PLAIN_ADDRESS = /^https:\/\/(?![^/?#]*@)[\w.~:/?#[\]@!$&'()*+,;=%-]+$/

export const address = z
  .string()
  .regex(PLAIN_ADDRESS)
  .pipe(z.url({ protocol: /^https$/ }))

const image = z
  .string()
  .max(IMAGE_URL_MAX)
  .refine(
    (text) => pictureAt(text) !== null || address.safeParse(text).success,
    'must be a plain https address, or the path of a picture that was uploaded',
  )
  .meta({
    format: 'uri-reference',
    description:
      'An https address, or `/images/<name>.webp` as an upload answered: below the address of the service. What is elsewhere is fetched once by the service and shown from `/images/copy?of=<address>`',
  })

/** What a request is held to, or what is kept. */
type Rules = {
  readonly text: (min: number, max: number, shape?: 'line' | 'lines') => z.ZodType<string, string>
  /** Whether terms are as they are given, or as they are kept. */
  readonly terms: 'input' | 'kept'
}

const detailsWith = ({ text }: Pick<Rules, 'text'>) => ({
  title: text(1, TITLE_MAX),
  description: text(0, DESCRIPTION_MAX, 'lines'),
  images: z.array(image).max(IMAGES_MAX),
  currency,
  opensAt: givenInstant.nullable(),
  closesAt: givenInstant,
  durationSeconds: z.int().min(1).max(DURATION_SECONDS_MAX),
})

const oneEnd = { path: ['closesAt'], message: 'give either closesAt or durationSeconds' }

function creationWith<Besides extends z.ZodRawShape>({ text, terms }: Rules, besides: Besides) {
  const details = detailsWith({ text })
  const fields = {
    ...details,
    description: details.description.default(''),
    images: details.images.default([]),
    opensAt: details.opensAt.default(null),
    closesAt: details.closesAt.optional(),
    durationSeconds: details.durationSeconds.optional(),
    status: z.enum(['draft']).optional(),
    ...besides,
  }
  return withTerms(fields, terms).refine((given) => {
    const { closesAt, durationSeconds } = given as { closesAt?: string; durationSeconds?: number }
    return (closesAt === undefined) !== (durationSeconds === undefined)
  }, oneEnd)
}

/** As they come with a change: what they hold is up to the format that the auction has then. */
const someTerms = z.looseObject({}).meta({ description: 'As for a new auction of this format' })

function changesWith({ text }: Pick<Rules, 'text'>) {
  return z
    .strictObject({
      ...detailsWith({ text }),
      format: formatName,
      terms: someTerms,
      status: z.enum(['draft', 'scheduled']),
    })
    .partial()
    .refine((changes) => Object.keys(changes).length > 0, 'change something')
    .refine((a) => a.closesAt === undefined || a.durationSeconds === undefined, oneEnd)
}

/** A new auction as its seller gives it, with fields that are no part of its state. */
export function newAuctionWith<Besides extends z.ZodRawShape>(besides: Besides) {
  return creationWith({ text, terms: 'input' }, besides)
}

export const title = text(1, TITLE_MAX)

/** A new auction as its seller gives it. */
export const newAuction = creationWith({ text, terms: 'input' }, {})
export type NewAuction = z.output<typeof newAuction>

/** What its seller changes: at least one of its fields. `status` takes a draft to its opening time. */
export const auctionChanges = changesWith({ text })
export type AuctionChanges = z.output<typeof auctionChanges>

const METADATA_NAME = /^[\p{L}\p{N}_.: -]{1,40}$/u

/** What sellers keep of an auction for their own programs. */
export const labels = {
  externalId: text(1, EXTERNAL_ID_MAX).nullable().meta({
    description:
      "The seller's own number of it: no other auction of theirs has the same. Shown to them and admins only",
  }),
  metadata: z
    .record(
      z.string().regex(METADATA_NAME, 'a name has 1 to 40 letters, figures, or signs of _.:- and space'),
      text(0, METADATA_VALUE_MAX),
    )
    .refine((pairs) => Object.keys(pairs).length <= METADATA_PAIRS_MAX, `holds more than ${METADATA_PAIRS_MAX} pairs`)
    .meta({
      maxProperties: METADATA_PAIRS_MAX,
      description: 'Whatever the seller wants to keep with it, replaced as a whole. Shown to them and admins only',
    }),
}

/** The same as ledgers show them: earlier versions took texts and terms that would be changed or refused today. */
export const keptAuction = creationWith({ text: keptText, terms: 'kept' }, {})
export const keptChanges = changesWith({ text: keptText })

export const reason = text(1, REASON_MAX)
/** As ledgers show it. */
export const keptReason = keptText(1, REASON_MAX)

/**
 * What a bidder asks for: a price now (`amount`), the most to be bid for them (`maximum`), or the minimum bid of the
 * instant, where it is at most this (`atMost`, PX-10). Whoever bids down has `minimum` and `atLeast` for the latter two.
 */
export type Offer =
  | { readonly amount: Amount }
  | { readonly maximum: Amount }
  | { readonly atMost: Amount }
  | { readonly minimum: Amount }
  | { readonly atLeast: Amount }

/** What a bidder may ask once where a void lets a bid of theirs lead again whose maximum everybody has seen (VOID-3). */
export type Lowering = { readonly lowerTo: Amount; readonly bid: string }

/** An offer as it comes in, over both transports: exactly one of its fields. */
export const offerFields = {
  amount: amount.optional(),
  maximum: amount.optional(),
  atMost: amount.optional(),
  minimum: amount.optional(),
  atLeast: amount.optional(),
}

type OfferFields = { [Name in keyof typeof offerFields]?: Amount | undefined }

const offerNames = Object.keys(offerFields) as (keyof typeof offerFields)[]

export function isOneOffer(fields: OfferFields): boolean {
  return offerNames.filter((name) => fields[name] !== undefined).length === 1
}

export const oneOffer = { path: ['amount'], message: `give exactly one of ${offerNames.join(', ')}` }

export function readOffer(fields: OfferFields): Offer {
  const name = offerNames.find((one) => fields[one] !== undefined)!
  return { [name]: fields[name] } as Offer
}

/** The utmost that an offer may come to: the most, or, of whoever bids down, the least. */
export function mostOf(offer: Offer): Amount {
  return Object.values(offer)[0] as Amount
}

export const idempotencyKey = z.string().regex(/^[\x20-\x7e]{1,64}$/, 'must be 1 to 64 printable ASCII characters')
