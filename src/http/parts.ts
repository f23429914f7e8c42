import type { SharedCharges } from '../engine/shared-charges.ts'
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest, RawServerDefault } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import type { Config } from '../config.ts'
import { limits } from '../config/limits.ts'
import { type Actor, rejectHidden } from '../domain/access.ts'
import type { RemotePictureFetcher } from '../engine/remote-picture-fetcher.ts'
import type { AccountMails } from '../engine/account-mails.ts'
import type { Deliveries } from '../engine/delivery-ports.ts'
import type { Dispatcher } from '../engine/dispatcher.ts'
import type { Emails } from '../engine/email-ports.ts'
import type { Reach } from '../engine/reach-ports.ts'
import type { Links } from '../engine/links.ts'
import type { Engine } from '../engine/engine.ts'
import type { Metrics } from '../engine/metrics.ts'
import type { Notary } from '../engine/notary.ts'
import type { OperatorLog } from '../engine/operator-log.ts'
import type { Passwords } from '../engine/passwords.ts'
import type { Accounts } from '../engine/account-ports.ts'
import type { HouseRecords, PictureRecords, Pictures } from '../engine/house-ports.ts'
import type { Bus, Clock, StoredAuction, Store } from '../engine/ports.ts'
import type { Rooms } from '../engine/room.ts'
import type { RoomRecords } from '../engine/room-ports.ts'
import type { Sessions } from '../engine/sessions.ts'
import type { Told } from '../engine/told-ports.ts'
import type { BidRate } from '../engine/bucket.ts'
import type { PriceTicker } from '../live/price-ticker.ts'
import type { Admission } from '../live/admission.ts'
import type { Hub } from '../live/hub.ts'
import type { NoticeBoard } from '../live/notice-board.ts'
import type { LoopScheduler } from '../live/loop-scheduler.ts'
import type { Catalogue } from './catalogue.ts'
import type { SigningKey } from './secrets.ts'

declare module 'fastify' {
  interface FastifyInstance {
    queue: LoopScheduler
  }
}

/** What the composition root hands to HTTP. */
export type AppParts = {
  readonly config: Config
  readonly engine: Engine
  readonly notary: Notary
  readonly operatorLog: OperatorLog
  readonly store: Store
  readonly accounts: Accounts
  readonly sessions: Sessions
  readonly passwords: Passwords
  readonly pictures: Pictures
  readonly records: PictureRecords
  readonly copies: RemotePictureFetcher
  readonly house: HouseRecords
  readonly told: Told
  readonly notices: NoticeBoard
  readonly deliveries: Deliveries
  readonly dispatcher: Dispatcher
  readonly emails: Emails
  readonly mails: AccountMails
  readonly links: Links
  readonly reach: Reach
  /** Why nothing may be posted to an address, or null if it may. */
  readonly mayPost: (url: string) => string | null
  /** The public key of our push messages, in base64url. */
  readonly pushKey: string
  readonly bus: Bus
  /** Null if there is one node. */
  readonly charges: SharedCharges | null
  readonly clock: Clock
  readonly metrics: Metrics
  readonly hub: Hub
  readonly prices: PriceTicker
  readonly catalogue: Catalogue
  readonly admission: Admission
  readonly queue: LoopScheduler
  readonly bidRate: BidRate
  readonly rooms: Rooms
  readonly roomRecords: RoomRecords
  readonly log: FastifyBaseLogger
  readonly accessKey: SigningKey
  readonly metricsToken: string
}

export type App = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger, ZodTypeProvider>

const whole = z.string().regex(/^\d{1,15}$/, 'must be a whole number')

/** A whole number in a query, within bounds; the documents call it what it is. */
export function number(minimum: number, maximum: number, described: object = {}) {
  return whole
    .meta({ type: 'integer', minimum, maximum, pattern: undefined, ...described })
    .transform(Number)
    .pipe(z.int().min(minimum).max(maximum))
}

/** The same, and what it is where it is left out. */
export function numberOr(preset: number, minimum: number, maximum: number) {
  return number(minimum, maximum, { default: preset }).default(preset)
}

/** Several values of one name in a query, each by itself or with commas between; the documents call it a list. */
export function several<Item extends z.ZodType<unknown, string>>(item: Item, most: number) {
  return z
    .union([z.string(), z.array(z.string())])
    .meta({
      type: 'array',
      items: z.toJSONSchema(item, { io: 'input', metadata: z.registry() }),
      maxItems: most,
      anyOf: undefined,
    })
    .transform((given) => [given].flat().flatMap((text) => text.split(',')))
    .pipe(z.array(item).min(1).max(most))
}

export const paging = { limit: numberOr(limits.pageDefault, 1, limits.pageMax) }

export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() })
}

/** A list that is short enough to be given whole: whatever its query asks is refused, not ignored. */
export const noQuery = z.strictObject({})

export function wholeOf<Item extends z.ZodType>(item: Item) {
  const description = 'Always null: this list is given whole, and takes neither `limit` nor `cursor`'
  return z.object({ items: z.array(item), nextCursor: z.null().meta({ description }) })
}

/** For routes that cost much: waits until it is their turn, so that bids go first. */
export const inLine = ({ server }: FastifyRequest): Promise<void> => server.queue.turn('costly')

/** An id in a path: what is no id of ours is simply not found, so any short text is let through. */
export const idParam = z.string().max(100)

/** The auction, or null where the actor may not know of it. */
export async function findFor(actor: Actor, id: string, engine: Engine): Promise<StoredAuction | null> {
  const stored = await engine.stored(id)
  return stored === null || rejectHidden(stored.auction, actor) !== null ? null : stored
}

/**
 * Answers with a text that holds only what everyone may read, compressed where the client takes it. Any other would tell by
 * its length of a secret in it, where others can choose what stands beside (BREACH, breachattack.com).
 */
export function sendPublicText(reply: FastifyReply, text: string): FastifyReply {
  reply.compress(text)
  return reply
}

/** The same, of JSON. */
export function sendPublic(reply: FastifyReply, body: object): FastifyReply {
  return sendPublicText(reply.type('application/json; charset=utf-8'), JSON.stringify(body))
}
