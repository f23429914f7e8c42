import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { noticeKind } from '../../domain/notices.ts'
import type { BusMessage } from '../../engine/ports.ts'

/**
 * What is published on Redis: the sending node, its message number, and a message, or null for a beat. It is signed, since others
 * may be able to write to Redis: a forged message must not show anybody an event that never happened.
 */
export type Envelope = { readonly node: string; readonly number: number; readonly message: BusMessage | null }

const MAC_LENGTH = 43

const auctionMessage = z.object({
  type: z.literal('auction'),
  auctionId: z.string(),
  version: z.int(),
  seq: z.int(),
  events: z.array(z.looseObject({ type: z.string() })),
  bidders: z.array(z.string()).nullable(),
})
const charge = z.object({
  budget: z.string(),
  payer: z.object({ name: z.string(), multiplier: z.number() }),
  cost: z.number(),
})
const notice = z.object({
  id: z.string(),
  userId: z.string(),
  kind: noticeKind,
  auctionId: z.string().nullable(),
  at: z.int(),
  data: z.object({
    title: z.string(),
    currency: z.string(),
    price: z.int().nullable(),
    closesAt: z.int().nullable(),
  }),
  isRead: z.boolean(),
})
const said = z.object({
  number: z.int(),
  id: z.string(),
  from: z.string(),
  to: z.string(),
  text: z.string(),
  at: z.int(),
})
const busMessage = z.discriminatedUnion('type', [
  auctionMessage,
  z.object({ type: z.literal('auction-removed'), auctionId: z.string() }),
  z.object({ type: z.literal('session-ended'), sessionId: z.string() }),
  z.object({ type: z.literal('user-blocked'), userId: z.string() }),
  z.object({ type: z.literal('user-renamed'), userId: z.string() }),
  z.object({ type: z.literal('role-changed'), userId: z.string() }),
  z.object({ type: z.literal('notice'), notice }),
  z.object({
    type: z.literal('watching'),
    node: z.string(),
    whole: z.boolean(),
    counts: z.record(z.string(), z.int()),
    paddles: z.record(z.string(), z.array(z.int())),
  }),
  z.object({
    type: z.literal('presence-question'),
    question: z.string(),
    userId: z.string(),
    auctionId: z.string(),
  }),
  z.object({ type: z.literal('presence-answer'), question: z.string() }),
  z.object({ type: z.literal('room-settings'), auctionId: z.string() }),
  z.object({
    type: z.literal('room-message'),
    auctionId: z.string(),
    message: said,
    asker: z.string().nullable(),
    senderId: z.string(),
    key: z.string().nullable(),
  }),
  z.object({
    type: z.literal('room-removed'),
    auctionId: z.string(),
    messageId: z.string(),
    asker: z.string().nullable(),
  }),
  z.object({
    type: z.literal('room-typing'),
    auctionId: z.string(),
    from: z.string(),
    to: z.string(),
    asker: z.string().nullable(),
    senderId: z.string(),
  }),
  z.object({ type: z.literal('charged'), charges: z.array(charge) }),
])
const envelope = z.object({ node: z.string(), number: z.int(), message: busMessage.nullable() })

export class Envelopes {
  readonly #key: Buffer

  constructor(key: Buffer) {
    this.#key = key
  }

  seal(content: Envelope): string {
    const text = JSON.stringify(content)
    return this.#mac(text) + text
  }

  /** Returns null if the text was not sealed with this key, or this version does not know its content. */
  open(sealed: string): Envelope | null {
    const text = sealed.slice(MAC_LENGTH)
    const [mac, expected] = [Buffer.from(sealed.slice(0, MAC_LENGTH)), Buffer.from(this.#mac(text))]
    if (mac.length !== expected.length || !timingSafeEqual(mac, expected)) return null
    const read = envelope.safeParse(JSON.parse(text))
    return read.success ? (read.data as unknown as Envelope) : null
  }

  #mac(text: string): string {
    return createHmac('sha256', this.#key).update(text).digest('base64url')
  }
}
