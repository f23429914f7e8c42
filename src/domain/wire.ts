import { z } from 'zod'
import { byLanguage } from '../languages/list.ts'
import { formatName, termsView } from './formats/shapes.ts'
import { money, tableName } from './money-schema.ts'
import { instant } from './instant.ts'
import { roomSettings } from './room.ts'
import { labels, status, uuid } from './schema.ts'

/** What is shown of an auction: the shapes that view.ts fills, REST and the channel send, and the documents describe. */

export const paddle = z
  .string()
  .regex(/^P\d+$/)
  .meta({ id: 'Paddle', description: 'A bidder as the room knows them', examples: ['P7'] })

/** WHO-2 */
const house = z
  .literal(true)
  .optional()
  .meta({ description: 'There where staff bid in a lot of the house, absent elsewhere' })

export const outcomeView = z
  .object({
    result: z.enum(['sold', 'unsold']),
    price: money.nullable(),
    winner: paddle.nullable(),
    reason: z.enum(['buy_now', 'no_bids', 'reserve_unmet']).nullable(),
  })
  .meta({ id: 'Outcome' })
export type OutcomeView = z.output<typeof outcomeView>

export { type TermsView, termsView } from './formats/shapes.ts'

export const reserveView = z.enum(['none', 'unmet', 'met'])

export const detailsView = z.object({
  title: z.string(),
  description: z.string(),
  images: z
    .array(z.string().meta({ format: 'uri-reference' }))
    .meta({ description: 'URI references, to be resolved against the address of the service' }),
  currency: z.string(),
  format: formatName,
  terms: termsView,
  opensAt: instant.nullable(),
  closesAt: instant.nullable(),
})
export type DetailsView = z.output<typeof detailsView>

/** Of formats in which prices fall; absent in others. */
const maximumBid = money.nullable().optional().meta({
  description: 'Where prices fall: the most that a new bidder may offer now. `minimumBid` is null then',
})
const minimum = money.nullable().optional().meta({ description: 'Where prices fall, in the place of `maximum`' })

const namedTerms = termsView
  .extend({
    incrementsName: tableName
      .optional()
      .meta({ description: 'Where a named table has these increments; when one auction is asked for' }),
  })
  .meta({ id: 'NamedTerms' })

export const auctionView = z
  .object({
    id: uuid,
    ...detailsView.shape,
    terms: namedTerms,
    seller: z.object({ id: uuid, displayName: z.string() }),
    status,
    leftMs: z
      .int()
      .nullable()
      .meta({ description: 'While it is paused: what was left of its time, unless a new end was set since' }),
    statusReason: z.string().nullable().meta({ description: 'Why it was paused or cancelled' }),
    reserve: reserveView,
    price: money.nullable(),
    minimumBid: money.nullable(),
    maximumBid,
    leader: paddle.nullable(),
    bidCount: z.int(),
    bidderCount: z.int(),
    extensions: z.int(),
    outcome: outcomeView.nullable(),
    seq: z.int(),
    head: z.string(),
    serverTime: instant,
    room: roomSettings.meta({ description: 'Who is shown, and who may speak; in lists it is left out' }),
    externalId: labels.externalId.optional(),
    metadata: z
      .record(z.string(), z.string())
      .optional()
      .meta({ description: 'What the seller keeps with it. Shown to them and admins only' }),
  })
  .meta({ id: 'Auction' })
export type AuctionView = z.output<typeof auctionView>
/** Without its room, which is no part of its state. */
export type StateView = Omit<AuctionView, 'room'>

/** As in lists: without the table of increments unless it is asked for, and with the beginning of the description. */
export const listedAuctionView = auctionView
  .omit({ room: true })
  .extend({ terms: namedTerms.partial({ increments: true }) })
  .meta({ id: 'ListedAuction' })
export type ListedAuctionView = z.output<typeof listedAuctionView>

/** A line of the catalogue and of `GET /v1/live`. */
export const priceView = z
  .object({
    auction: uuid,
    seq: z.int(),
    status,
    price: money.nullable(),
    minimumBid: money.nullable(),
    maximumBid,
    bidCount: z.int(),
    closesAt: instant.nullable(),
    outcome: outcomeView.nullable().meta({ description: 'null until it is closed' }),
  })
  .meta({ id: 'Price' })
export type PriceView = z.output<typeof priceView>

export const bidView = z
  .object({
    id: uuid,
    paddle,
    house,
    amount: money,
    price: money,
    at: instant,
    seq: z.int(),
    voided: z.boolean(),
  })
  .meta({ id: 'Bid' })
export type BidView = z.output<typeof bidView>

export const ownBidView = z
  .object({
    id: uuid,
    amount: money,
    maximum: money.nullable(),
    minimum,
    at: instant,
    seq: z.int().nullable(),
    voided: z.boolean(),
  })
  .meta({ id: 'OwnBid' })
export type OwnBidView = z.output<typeof ownBidView>

export const standingView = z.enum(['none', 'leading', 'outbid', 'won', 'lost'])
export type StandingView = z.output<typeof standingView>

export const youView = z
  .object({
    paddle: paddle.nullable(),
    standing: standingView,
    maximum: money.nullable(),
    minimum,
    lowerable: z.object({ bid: uuid, least: money }).nullable().meta({
      description:
        'Where a void lets this bid of yours lead again: everyone has seen its maximum, which you may lower once, to `least` or more, until the next bid',
    }),
    bids: z.array(ownBidView).meta({ description: 'The last 20, newest first' }),
  })
  .meta({ id: 'You' })
export type YouView = z.output<typeof youView>

/** What an answer says of the auction; the ledger adds what proves it. */
export const answerFacts = z.object({
  bid: z.object({ id: uuid, paddle, amount: money, maximum: money.nullable(), minimum, at: instant }),
  outcome: z.enum(['leading', 'outbid', 'raised', 'lowered', 'won', 'sealed']),
  seq: z.int().nullable(),
  price: money,
  minimumBid: money.nullable(),
  maximumBid,
  leader: paddle,
  closesAt: instant,
})
export type AnswerFacts = z.output<typeof answerFacts>

export const commitment = z.string().meta({ description: 'HMAC-SHA-256, 64 hexadecimal digits: docs/ledger.md' })
export const salt = z.string().meta({ description: 'Opens the commitment: 32 bytes, 64 hexadecimal digits' })
const saltAtHome = salt.optional().meta({ description: 'Opens the commitment; left out where a lent token bids' })

export const answerView = answerFacts
  .extend({
    bid: answerFacts.shape.bid.extend({ commitment, salt: saltAtHome }),
    receipt: z.string().meta({ description: 'JWS (EdDSA): what binds the house to this answer' }),
  })
  .meta({ id: 'BidAnswer' })
/** As its bidder gets it: only a page that a token was lent to gets none of the salt. */
export const ownAnswerView = answerView.extend({ bid: answerView.shape.bid.extend({ salt }) })
export type AnswerView = z.output<typeof ownAnswerView>
export type LentAnswerView = z.output<typeof answerView>

/** What is said of one thing in every language. */
export const sentences = z.object(byLanguage(() => z.string()))

const filmStep = {
  seq: z.int(),
  at: instant,
  ms: z.int().meta({ description: 'From the start of the film' }),
  price: money.nullable(),
  leader: paddle.nullable(),
  extendedTo: instant.nullable().meta({ description: 'The new end, where this moved it' }),
}

export const filmView = z
  .object({
    from: instant,
    closedAt: instant,
    lengthMs: z.int(),
    leftOutMs: z.int().meta({ description: 'Of the silence before the hammer what the film leaves out' }),
    price: money.nullable().meta({ description: 'Before the first step' }),
    outcome: outcomeView,
    steps: z.array(
      z.discriminatedUnion('kind', [
        z.object({
          ...filmStep,
          kind: z.literal('bid'),
          bid: z.string(),
          paddle,
          amount: money,
          voided: z.boolean(),
          sentences,
        }),
        z.object({ ...filmStep, kind: z.literal('void'), paddle, reason: z.string() }),
        z.object({ ...filmStep, kind: z.literal('extension'), reason: z.enum(['outage', 'house']) }),
      ]),
    ),
  })
  .meta({ id: 'Film', description: 'The last minute of bidding, and what came of it' })
export type FilmView = z.output<typeof filmView>

/** What is public after a bid or the voiding of one. */
const room = {
  price: money.nullable(),
  leader: paddle.nullable(),
  minimumBid: money.nullable(),
  maximumBid,
  bidCount: z.int(),
  bidderCount: z.int(),
  reserve: reserveView,
}

const publicAmount = z.object({ bid: uuid, amount: money })

/** Told from the moment a bid is beaten; events of earlier versions lack it. */
const exact = z.boolean().optional()

/** By either name of how far a bid goes. */
const openingsWith = <Limit extends z.ZodRawShape>(limit: Limit) =>
  [
    z.object({ bid: uuid, ...limit, exact: z.boolean(), salt }),
    z.object({ bid: uuid, raises: uuid, ...limit, asOfSeq: z.int(), salt }),
    z.object({ bid: uuid, lowers: uuid, ...limit, asOfSeq: z.int(), salt }),
  ] as const

/** What a bid offered, with the salt of its commitment. Of a silent raise or lowering: which bid it went with, and when it came. */
export const bidOpening = z
  .union([...openingsWith({ maximum: z.int() }), ...openingsWith({ minimum: z.int() })])
  .meta({ id: 'BidOpening' })
export type BidOpening = z.output<typeof bidOpening>

/** The `data` of each public event. */
export const eventData = {
  'auction.created': z.object({ ...detailsView.shape, seller: uuid, status }),
  'auction.updated': z
    .object({ ...detailsView.partial().shape, status, minimumBid: money.nullable(), maximumBid, reserve: reserveView })
    .meta({ description: 'What is absent did not change. Events of earlier versions name everything' }),
  'auction.opened': z.object({ opensAt: instant, closesAt: instant, minimumBid: money.nullable(), maximumBid }),
  'bid.placed': z.object({
    bid: uuid,
    paddle,
    house,
    amount: money,
    exact: exact.meta({ description: 'Of a bid that was beaten at once: whether it was an exact one' }),
    ...room,
    beaten: publicAmount.extend({ exact }).nullable().meta({
      description: 'The maximum that lost the lead, shown whole from now on, and whether it was an exact bid',
    }),
  }),
  'closing.extended': z.object({
    from: instant,
    to: instant,
    reason: z.enum(['bid', 'outage', 'house']).meta({ description: 'A late bid, an outage, or the house by hand' }),
    note: z.string().nullable().meta({ description: 'What the house gives as its reason, null for the others' }),
    extensions: z.int().meta({ description: 'Those by late bids; only they count against maxExtensions' }),
  }),
  'bid.voided': z.object({
    bid: uuid,
    paddle,
    house,
    reason: z.string(),
    ...room,
    amounts: z.array(publicAmount).meta({ description: 'What other bids of the history amount to now' }),
  }),
  'auction.paused': z.object({ reason: z.string() }),
  'auction.resumed': z.object({ closesAt: instant, minimumBid: money.nullable(), maximumBid }),
  'auction.closed': z.object({ outcome: outcomeView }),
  'auction.cancelled': z.object({ reason: z.string() }),
}
export type PublicType = keyof typeof eventData

/** A public event before it is numbered and hashed. */
export type PublicEvent = {
  [Type in PublicType]: { readonly type: Type; readonly at: string; readonly data: z.output<(typeof eventData)[Type]> }
}[PublicType]
