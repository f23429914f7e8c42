import { z } from 'zod'
import { type Code, problems } from './codes.ts'
import { instant } from './domain/instant.ts'
import { noticeKind } from './domain/notices.ts'
import type { Rejection } from './domain/rejection.ts'
import { MESSAGE_MAX, TO_ROOM, recipient, roomMessageView, roomSettings, speaker } from './domain/room.ts'
import { idempotencyKey, isOneOffer, offerFields, oneOffer, uuid } from './domain/schema.ts'
import {
  type AnswerView,
  answerView,
  auctionView,
  bidView,
  eventData,
  paddle,
  priceView,
  type PublicEvent,
  youView,
  bidOpening,
} from './domain/wire.ts'

/** The live channel's messages, both directions. AsyncAPI is generated from them. */

export const SUBPROTOCOL = 'auction.v1'
export const TOKEN_MAX = 4_096
/** As many auctions as one `watch` may list. */
export const WATCHED_MAX = 200
/** As many auctions as one `follow` may list: each costs a snapshot, and then every event. */
export const FOLLOWED_MAX = 64

export const codes = Object.keys(problems) as [keyof typeof problems, ...(keyof typeof problems)[]]

/** RFC 9457, with the code and the code's own fields. */
export const problem = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    code: z.enum(codes),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    receipt: z.string().optional().meta({ description: 'JWS (EdDSA): what binds the house to a refused bid' }),
  })
  .meta({ id: 'Problem' })
export type Problem = z.output<typeof problem>

/** What a refusal stands on: the seq it was decided at, and the JWS that binds the house to it. */
export type Backing = { readonly asOfSeq?: number | null; readonly receipt?: string | null }

/** A rejection as it travels. `instance` names the request: a path, or a key on the channel. */
export function problemOf(
  { rejected, fields }: Rejection,
  instance: string,
  { asOfSeq = null, receipt = null }: Backing = {},
): Problem {
  const { status, title } = problems[rejected]
  const own = { ...fields, ...(asOfSeq === null ? {} : { asOfSeq }), ...(receipt === null ? {} : { receipt }) }
  return {
    type: `/docs/codes#${rejected}`,
    title,
    status,
    detail: title,
    instance,
    code: rejected satisfies Code,
    ...own,
  }
}

const proof = z.string().meta({ description: 'SHA-256 or HMAC-SHA-256, 64 hexadecimal digits: docs/ledger.md' })

/** What the ledger adds to an event: with it and the hash before, anybody can work out the hash. */
const linked = z.object({
  seq: z.int(),
  hash: proof,
  private: proof.meta({ description: 'A commitment to the head of the private chain' }),
  commitment: proof.optional().meta({ description: "To the bid's maximum, or to the reserve" }),
  opening: z
    .object({ reservePrice: z.int().nullable(), salt: proof })
    .optional()
    .meta({ description: 'At the close, where the seller agreed to show the reserve' }),
  ledger: z
    .literal('martillo ledger v3')
    .optional()
    .meta({ description: 'In the first event: the form of the ledger. Those of earlier versions lack it' }),
  openings: z
    .array(bidOpening)
    .optional()
    .meta({ description: 'In a void: what bids offered that are secret no more. Events of earlier versions lack it' }),
})

/** A numbered event as it travels: public, durable, linked. */
export type ChannelEvent = PublicEvent & Readonly<z.output<typeof linked>>

const eventTypes = Object.keys(eventData) as (keyof typeof eventData)[]

export const channelEvent = z
  .union(
    eventTypes.map((type) => z.object({ type: z.literal(type), at: instant, data: eventData[type], ...linked.shape })),
  )
  .meta({ id: 'Event' })

/** What somebody is told of. The price and the end are those of then. */
export const noticeView = z
  .object({
    id: uuid,
    kind: noticeKind,
    at: instant,
    read: z.boolean(),
    auction: z.object({ id: uuid, title: z.string(), currency: z.string() }).nullable(),
    price: z.int().nullable(),
    closesAt: instant.nullable(),
  })
  .meta({ id: 'Notice' })
export type NoticeView = z.output<typeof noticeView>

const key = idempotencyKey

export const clientMessages = {
  auth: z.strictObject({ type: z.literal('auth'), token: z.string().min(1).max(TOKEN_MAX) }),
  bid: z.strictObject({ type: z.literal('bid'), key, ...offerFields }).refine(isOneOffer, oneOffer),
  ping: z.strictObject({ type: z.literal('ping'), sentAt: z.union([z.string().max(64), z.number()]).optional() }),
  watch: z.strictObject({ type: z.literal('watch'), auctions: z.array(uuid).max(WATCHED_MAX) }),
  follow: z.strictObject({
    type: z.literal('follow'),
    auctions: z
      .array(
        z.strictObject({
          id: uuid,
          after: z.int().min(0).optional().meta({ description: 'The last seq that you have of it' }),
          epoch: z.string().max(64).optional().meta({ description: 'As its snapshot said it' }),
        }),
      )
      .max(FOLLOWED_MAX),
  }),
  sendMessage: z.strictObject({
    type: z.literal('message'),
    key,
    text: z
      .string()
      .meta({ minLength: 1, maxLength: MESSAGE_MAX, description: 'Trimmed; no control characters but line breaks' }),
    to: recipient.default(TO_ROOM),
  }),
  sendTyping: z.strictObject({ type: z.literal('typing'), to: recipient.default(TO_ROOM) }),
}

/** What a client may say in an auction's channel, and in the catalogue's. */
export const auctionMessage = z.discriminatedUnion('type', [
  clientMessages.auth,
  clientMessages.bid,
  clientMessages.ping,
  clientMessages.sendMessage,
  clientMessages.sendTyping,
])
export const catalogueMessage = z.discriminatedUnion('type', [
  clientMessages.auth,
  clientMessages.watch,
  clientMessages.follow,
  clientMessages.ping,
])
export type ClientMessage = z.input<typeof auctionMessage> | z.input<typeof catalogueMessage>

const watching = z
  .int()
  .meta({ description: 'How many watch this auction; 0 where its room counts nobody (`presence` is `off`)' })

export const serverMessages = {
  hello: z.object({
    type: z.literal('hello'),
    serverTime: instant,
    heartbeatSeconds: z.number(),
    limits: z.object({ frameBytes: z.int(), messagesPerSecond: z.int(), resumeEvents: z.int() }),
  }),
  snapshot: z.object({
    type: z.literal('snapshot'),
    seq: z.int(),
    epoch: z.string(),
    auction: auctionView,
    bids: z.array(bidView),
    messages: z
      .array(roomMessageView)
      .meta({ description: 'The last 20 of the room, oldest first; none where it is not open to you' }),
    watching,
  }),
  events: z.object({ type: z.literal('events'), events: z.array(channelEvent) }),
  you: z.object({ type: z.literal('you'), ...youView.shape }),
  ack: z.object({ type: z.literal('ack'), key: z.string(), ...answerView.shape }),
  reject: z.object({ type: z.literal('reject'), key: z.string(), problem }),
  heartbeat: z.object({
    type: z.literal('heartbeat'),
    serverTime: instant,
    seq: z.int(),
    head: z.string(),
    watching,
  }),
  pong: z.object({
    type: z.literal('pong'),
    serverTime: instant,
    sentAt: z.union([z.string(), z.number()]).optional(),
  }),
  prices: z.object({ type: z.literal('prices'), prices: z.array(priceView) }),
  notice: z.object({ type: z.literal('notice'), notice: noticeView }),
  problem: z.object({ type: z.literal('problem'), problem }),
  presence: z.object({
    type: z.literal('presence'),
    watching,
    joined: z
      .array(paddle)
      .optional()
      .meta({ description: 'Paddles that came; of the first frame all that are there' }),
    left: z.array(paddle).optional().meta({ description: 'Paddles that left' }),
  }),
  typing: z.object({ type: z.literal('typing'), from: speaker, to: recipient }),
  message: z.object({ type: z.literal('message'), ...roomMessageView.shape }),
  'message.removed': z.object({ type: z.literal('message.removed'), id: uuid }),
  room: z.object({
    type: z.literal('room'),
    room: roomSettings,
    messages: z
      .array(roomMessageView)
      .meta({ description: 'The last 20 of the room, oldest first; none where it is not open to you' }),
  }),
}

const named = { auction: uuid.meta({ description: 'Which of the auctions that are followed' }) }

/** Of the auctions that a `follow` names, on the channel of many. A snapshot names its own: `auction.id`. */
export const followedMessages = {
  snapshot: serverMessages.snapshot,
  events: serverMessages.events.extend(named),
  you: serverMessages.you.extend(named),
  heartbeat: serverMessages.heartbeat.extend(named),
  problem: serverMessages.problem.extend({ auction: named.auction.optional() }),
  presence: serverMessages.presence.extend(named),
  typing: serverMessages.typing.extend(named),
  message: serverMessages.message.extend(named),
  'message.removed': serverMessages['message.removed'].extend(named),
  room: serverMessages.room.extend(named),
}

type RoomMessages = 'presence' | 'typing' | 'message' | 'message.removed' | 'room'

type ServerMessages = typeof serverMessages
type Named = { readonly auction?: string }
type Plain = z.output<ServerMessages[Exclude<keyof ServerMessages, 'events' | 'ack' | keyof typeof followedMessages>]>
export type ServerMessage =
  | Plain
  | z.output<ServerMessages['snapshot']>
  | (z.output<ServerMessages['you' | 'heartbeat' | 'problem' | RoomMessages]> & Named)
  | ({ readonly type: 'events'; readonly events: readonly ChannelEvent[] } & Named)
  | ({ readonly type: 'ack'; readonly key: string } & AnswerView)
export type ServerMessageOf<Type extends ServerMessage['type']> = Extract<ServerMessage, { type: Type }>
