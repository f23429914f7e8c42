import { type Actor, isAdmin, owns, rejectHidden, rejectStranger } from '../domain/access.ts'
import type { Auction } from '../domain/auction.ts'
import { SECOND_MS } from '../domain/instant.ts'
import { invalid, isRejection, reject, type Rejection } from '../domain/rejection.ts'
import { HOUSE, TO_SELLER, mayRead, mayReadPrivate } from '../domain/room.ts'
import type { Rooms, RoomDependencies } from './room.ts'
import type { StoredMessage } from './room-ports.ts'

type User = NonNullable<Actor>
type Found = { readonly auction: Auction; readonly message: StoredMessage; readonly askerId: string | null }

/** What readers, sellers and the house do about what is said (ROOM-6). Each act is recorded, without the text. */
export class RoomModeration {
  readonly #deps: Pick<RoomDependencies, 'records' | 'engine' | 'bus' | 'clock'>
  readonly #rooms: Rooms

  constructor(deps: Pick<RoomDependencies, 'records' | 'engine' | 'bus' | 'clock'>, rooms: Rooms) {
    this.#deps = deps
    this.#rooms = rooms
  }

  /** Removes the text of a message for good. What the house said, or was said in private, only admins remove. */
  async remove(auctionId: string, messageId: string, by: User, reason: string): Promise<Rejection | null> {
    const found = await this.#find(auctionId, messageId, by)
    if (isRejection(found)) return found
    const { auction, message, askerId } = found
    const stranger = rejectStranger(auction, by)
    if (stranger !== null) return stranger
    if (!isAdmin(by) && (message.conversationId !== null || message.sender === HOUSE)) return reject('forbidden')
    const { records, bus } = this.#deps
    if (!(await records.removeMessage(messageId, this.#act(auctionId, by, reason)))) return reject('message_not_found')
    bus.publish({ type: 'room-removed', auctionId, messageId, asker: message.conversationId === null ? null : askerId })
    return null
  }

  /** Mutes a speaker for some seconds, for good (null), or no longer (`undefined`). */
  async mute(
    auctionId: string,
    speaker: string,
    by: User,
    seconds: number | null | undefined,
  ): Promise<Rejection | null> {
    const { engine, records, clock } = this.#deps
    const stored = await engine.stored(auctionId)
    const stranger = stored === null ? reject('auction_not_found') : rejectStranger(stored.auction, by)
    if (stranger !== null) return stranger
    if (speaker === HOUSE || speaker === TO_SELLER) return invalid('speaker', 'is never muted')
    const userId = await this.#rooms.personOf(stored!.auction, speaker)
    if (userId === null) return reject('speaker_not_found')
    const until = typeof seconds === 'number' ? clock.now() + seconds * SECOND_MS : seconds
    await records.setMute({ userId, speaker, until }, this.#act(auctionId, by, null))
    return null
  }

  /** Reports a message to the seller and the house. */
  async report(auctionId: string, messageId: string, by: User): Promise<Rejection | null> {
    const found = await this.#find(auctionId, messageId, by)
    if (isRejection(found)) return found
    const refusal = this.#rooms.rates.report(by.id)
    if (refusal === null) await this.#deps.records.report(messageId, by.id, this.#deps.clock.now())
    return refusal
  }

  /** A message that somebody may read; to everyone else it is not there. */
  async #find(auctionId: string, messageId: string, by: User): Promise<Found | Rejection> {
    const { engine, records } = this.#deps
    const stored = await engine.stored(auctionId)
    if (stored === null) return reject('auction_not_found')
    const { auction } = stored
    const hidden = rejectHidden(auction, by)
    if (hidden !== null) return hidden
    const found = await records.message(auctionId, messageId)
    if (found === null || found.message.text === null) return reject('message_not_found')
    const isPrivate = found.message.conversationId !== null
    const isShown = isPrivate
      ? mayReadPrivate(auction, found.askerId, by)
      : owns(auction, by) || mayRead(await this.#rooms.settings.of(auctionId), auction, by)
    return isShown ? { auction, ...found } : reject('message_not_found')
  }

  #act(auctionId: string, { id: userId }: User, reason: string | null) {
    return { auctionId, at: this.#deps.clock.now(), userId, reason }
  }
}
