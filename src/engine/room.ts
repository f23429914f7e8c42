import { createHash, randomUUIDv7 } from 'node:crypto'
import { limits } from '../config/limits.ts'
import { type Actor, isAdmin, owns, rejectHidden } from '../domain/access.ts'
import { type Auction, isOver } from '../domain/auction.ts'
import { toWire } from '../domain/instant.ts'
import { invalid, isRejection, reject, type Rejection } from '../domain/rejection.ts'
import { HOUSE, TO_ROOM, TO_SELLER, maySpeak, messageText, speakerOf } from '../domain/room.ts'
import type { Engine } from './engine.ts'
import type { Metrics } from './metrics.ts'
import type { Bus, Clock, SaidMessage } from './ports.ts'
import type { AddedMessage, Conversation, NewMessage, RoomRecords, StoredMessage } from './room-ports.ts'
import { RoomRates } from './room-rates.ts'
import { RoomSettingsCache } from './room-settings.ts'
import { RoomWriter } from './room-writer.ts'
import type { Sessions } from './sessions.ts'
import type { SharedCharges } from './shared-charges.ts'

export type RoomDependencies = {
  readonly records: RoomRecords
  readonly engine: Engine
  readonly sessions: Sessions
  readonly bus: Bus
  readonly clock: Clock
  readonly metrics: Metrics
  readonly charges: SharedCharges | null
  readonly limited: boolean
  readonly log: { error(fields: object, message: string): void }
}

/** Who speaks, and by which session. */
export type Person = { readonly user: NonNullable<Actor>; readonly sessionId: string }

/** Something that somebody says. `to` is the room, the seller or a speaker. */
export type Saying = {
  readonly auctionId: string
  readonly person: Person
  readonly to: string
  readonly text: string
  readonly key: string | null
}

export type Said =
  | { readonly ok: true; readonly message: SaidMessage; readonly repeated: boolean }
  | { readonly ok: false; readonly rejection: Rejection }

/** To whom a message goes: all in the room, or in private the seller and one asker, known as `asker`. */
type Target = {
  readonly recipient: string
  readonly private: { readonly askerId: string; readonly asker: string | null } | null
}

const STAFF_BY_KEY = reject('forbidden', { detail: 'An admin speaks by a key with the scope admin' })

/** Writes what people say in rooms and to sellers, under the names of the room alone. Rules: docs/room.md. */
export class Rooms {
  readonly settings: RoomSettingsCache
  readonly rates: RoomRates
  readonly #deps: RoomDependencies
  readonly #writer: RoomWriter

  constructor(deps: RoomDependencies) {
    this.#deps = deps
    this.settings = new RoomSettingsCache(deps)
    this.rates = new RoomRates(deps)
    this.#writer = new RoomWriter(deps)
  }

  close(): void {
    this.settings.close()
  }

  /** Says something to the room, the seller, or, from the seller and admins, to a speaker. */
  async say(saying: Saying): Promise<Said> {
    const { auctionId, person, to } = saying
    const auction = await this.#auction(auctionId, person)
    if (isRejection(auction)) return { ok: false, rejection: auction }
    const target = await this.#target(auction, person, to)
    return isRejection(target) ? { ok: false, rejection: target } : this.#say(auction, saying, target)
  }

  /** Says something in a private conversation, as its asker or for its seller. */
  async answer(conversation: Conversation, saying: Omit<Saying, 'auctionId' | 'to'>): Promise<Said> {
    const { auctionId, askerId, asker } = conversation
    const { person } = saying
    const auction = await this.#auction(auctionId, person)
    if (isRejection(auction)) return { ok: false, rejection: auction }
    const isAsker = askerId === person.user.id
    const target = isAsker
      ? await this.#target(auction, person, TO_SELLER)
      : askerId === null
        ? reject('room_closed')
        : { recipient: asker, private: { askerId, asker } }
    if (isRejection(target)) return { ok: false, rejection: target }
    return this.#say(auction, { ...saying, auctionId, to: target.recipient }, target)
  }

  /** Tells that somebody types, if it may be told; nothing says that it was not. */
  async typing(auctionId: string, person: Person, to: string): Promise<void> {
    const { user } = person
    const auction = await this.#auction(auctionId, person)
    if (isRejection(auction) || this.rates.typing(auctionId, user.id) !== null) return
    const target = await this.#target(auction, person, to)
    if (isRejection(target)) return
    const { records, clock, bus } = this.#deps
    const { number, mute } = await records.standing({ auctionId, userId: user.id, keyHash: null, at: clock.now() })
    const from = speakerOf(auction, user) ?? (number === null ? null : `V${number}`)
    if (from === null || mute !== null || (await this.#rejectBlocked(auction, person)) !== null) return
    const asker = target.private?.askerId ?? null
    bus.publish({ type: 'room-typing', auctionId, from, to: target.recipient, asker, senderId: user.id })
  }

  /** Whether somebody may write to the room, and ask its seller, as `say` would have it. */
  async mayWrite(auction: Auction, person: Person): Promise<{ readonly room: boolean; readonly seller: boolean }> {
    const { records, clock } = this.#deps
    const ask = { auctionId: auction.id, userId: person.user.id, keyHash: null, at: clock.now() }
    const [{ mute }, refusal] = await Promise.all([records.standing(ask), this.#rejectBlocked(auction, person)])
    const isHeard = refusal === null && (mute === null || owns(auction, person.user))
    const reaches = async (to: string) => isHeard && !isRejection(await this.#target(auction, person, to))
    return { room: await reaches(TO_ROOM), seller: await reaches(TO_SELLER) }
  }

  /** Whom a speaker's name stands for; null for nobody. */
  async personOf({ id, paddles }: Auction, speaker: string): Promise<string | null> {
    const number = Number(speaker.slice(1))
    if (speaker.startsWith('V')) return this.#deps.records.numbered(id, number)
    if (!speaker.startsWith('P')) return null
    for (const [userId, paddle] of paddles) if (paddle === number) return userId
    return null
  }

  async #auction(auctionId: string, { user }: Person): Promise<Auction | Rejection> {
    const stored = await this.#deps.engine.stored(auctionId)
    if (stored === null) return reject('auction_not_found')
    return rejectHidden(stored.auction, user) ?? (user.scope === 'bid' ? reject('forbidden') : stored.auction)
  }

  /** ROOM-1, ROOM-2: whether somebody may write there, and whom it reaches. */
  async #target(auction: Auction, { user }: Person, to: string): Promise<Target | Rejection> {
    if (user.blocked === true) return reject('forbidden')
    const settings = await this.settings.of(auction.id)
    if (to === TO_ROOM)
      return maySpeak(settings, auction, user) ? { recipient: to, private: null } : reject('room_closed')
    if (this.#isForgotten(auction)) return reject('room_closed')
    if (to === TO_SELLER) {
      if (user.id === auction.sellerId) return invalid('to', 'must not be yourself')
      if (!settings.ask && !isAdmin(user)) return reject('room_closed')
      return { recipient: to, private: { askerId: user.id, asker: null } }
    }
    if (!owns(auction, user)) return reject('forbidden', { detail: 'Only the seller and admins write to one person' })
    if (to === HOUSE) return invalid('to', 'answer the house in its conversation')
    const askerId = await this.personOf(auction, to)
    if (askerId === null) return reject('speaker_not_found')
    return askerId === user.id
      ? invalid('to', 'must not be yourself')
      : { recipient: to, private: { askerId, asker: to } }
  }

  /** Whether the auction has been over for so long that its conversations are removed. */
  #isForgotten(auction: Auction): boolean {
    return isOver(auction) && auction.latestAt + limits.roomKeptMs <= this.#deps.clock.now()
  }

  async #say(auction: Auction, saying: Saying, target: Target): Promise<Said> {
    const { auctionId, person, key } = saying
    const text = messageText.safeParse(saying.text)
    if (!text.success) return { ok: false, rejection: invalid('text', text.error.issues[0]!.message) }
    const { records, clock } = this.#deps
    const userId = person.user.id
    const keyHash = key === null ? null : hashOf(userId, key)
    const { mute, prior } = await records.standing({ auctionId, userId, keyHash, at: clock.now() })
    if (prior !== null) return { ok: true, message: saidOf(prior.message), repeated: true }
    const rejection =
      (await this.#rejectBlocked(auction, person)) ??
      (mute === null ? null : reject('muted', { until: mute.until === null ? null : toWire(mute.until) })) ??
      this.rates.message(auctionId, userId)
    if (rejection !== null) return { ok: false, rejection }
    const asking = target.private
    return this.#write(
      {
        id: randomUUIDv7(),
        auctionId,
        userId,
        sender: speakerOf(auction, person.user),
        recipient: target.recipient,
        private: asking === null ? null : { conversationId: randomUUIDv7(), ...asking },
        text: text.data,
        at: clock.now(),
        keyHash,
      },
      key,
    )
  }

  /** WHO-1: whoever the seller blocked, or whose session was ended meanwhile. ROOM-3: an admin speaks as the house alone. */
  async #rejectBlocked(auction: Auction, { user, sessionId }: Person): Promise<Rejection | null> {
    if (owns(auction, user)) return null
    const { sessions, clock } = this.#deps
    const ask = { sessionId, userId: user.id, sellerId: auction.sellerId, at: clock.now() }
    const [rights] = await sessions.bidders([ask])
    if (!rights!.isSignedIn) return reject('unauthenticated')
    if ((await sessions.user(sessionId, ask.at))?.role === 'admin') return STAFF_BY_KEY
    return rights!.isBlocked ? reject('muted', { until: null }) : null
  }

  async #write(message: NewMessage, key: string | null): Promise<Said> {
    const unknown: Said = {
      ok: false,
      rejection: reject('try_again', { retryAfterSeconds: limits.retryAfterSeconds }),
    }
    let added: AddedMessage
    try {
      const writing = this.#writer.add(message)
      if (writing === null) return unknown
      added = await writing
    } catch (error) {
      this.#deps.log.error({ err: error }, 'a message could not be written')
      return unknown
    }
    const said = saidOf(added.message)
    if (added.isNew) this.#publish(added, said, key)
    return { ok: true, message: said, repeated: !added.isNew }
  }

  #publish({ message, askerId }: AddedMessage, said: SaidMessage, key: string | null): void {
    const { bus, metrics } = this.#deps
    metrics.roomMessages.inc()
    const asker = message.conversationId === null ? null : askerId
    bus.publish({
      type: 'room-message',
      auctionId: message.auctionId,
      message: said,
      asker,
      senderId: message.userId!,
      key,
    })
  }
}

export function saidOf({ number, id, sender, recipient, text, at }: StoredMessage): SaidMessage {
  return { number, id, from: sender, to: recipient, text: text ?? '', at }
}

/** A key belongs to its user; what it is stays in no file. */
function hashOf(userId: string, key: string): string {
  return createHash('sha256').update(`${userId} ${key}`).digest('base64url')
}
