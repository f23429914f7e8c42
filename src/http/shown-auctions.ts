import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Actor, owns } from '../domain/access.ts'
import type { Auction } from '../domain/auction.ts'
import { exponentOf } from '../domain/currency.ts'
import { nameOf } from '../domain/increments.ts'
import { reject, type Rejection } from '../domain/rejection.ts'
import type { RoomSettings } from '../domain/room.ts'
import type { AuctionView } from '../domain/wire.ts'
import type { StoredAuction, Labels, Store } from '../engine/ports.ts'
import type { Rooms } from '../engine/room.ts'
import type { Hub } from '../live/hub.ts'
import { actorOf } from './access.ts'
import { hashOf } from './idempotency.ts'

/** What is no part of an auction's state, and changes without a `seq`. `labels` is null for who may not see them. */
export type Besides = { readonly labels: Labels | null; readonly room: RoomSettings }

/** An auction as an actor is shown it, with the labels where they may see them, and the tag that names what is shown. */
export class ShownAuctions {
  readonly #store: Store
  readonly #hub: Hub

  readonly #rooms: Rooms

  constructor({ store, hub, rooms }: { store: Store; hub: Hub; rooms: Rooms }) {
    this.#store = store
    this.#hub = hub
    this.#rooms = rooms
  }

  async besides(auction: Auction, actor: Actor): Promise<Besides> {
    const room = await this.#rooms.settings.of(auction.id)
    return { room, labels: owns(auction, actor) ? (await this.#store.labels([auction.id])).get(auction.id)! : null }
  }

  async viewFor(stored: StoredAuction, actor: Actor): Promise<{ readonly view: AuctionView; readonly tag: string }> {
    const besides = await this.besides(stored.auction, actor)
    const { room, labels } = besides
    const view = named({ ...(await this.#hub.snapshots.view(stored, actor)), room, ...labels }, stored.auction)
    return { view, tag: this.#tagOf(stored.auction, besides) }
  }

  /** Answers with it. */
  async show(stored: StoredAuction, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { view, tag } = await this.viewFor(stored, actorOf(request))
    return reply.header('etag', tag).send(view)
  }

  #tagOf({ seq }: Auction, { labels, room }: Besides): string {
    const owners = labels === null ? 'public' : `owner.${hashOf(labels).slice(0, 16)}`
    const kind = `${owners}.${hashOf(room).slice(0, 8)}`
    return `W/"${this.#store.epoch}.${seq}.${kind}"`
  }

  /** Whoever names the state they saw changes no other (RFC 9110, 13.1.1). A weak tag is compared with its mark or without. */
  rejectChanged({ headers }: FastifyRequest, auction: Auction, besides: Besides): Rejection | null {
    const tags = headers['if-match']?.split(',').map((tag) => tag.trim())
    const current = this.#tagOf(auction, besides)
    const matches = tags?.some((tag) => tag === '*' || tag === current || `W/${tag}` === current) ?? true
    return matches ? null : reject('precondition_failed')
  }
}

/** Events and what follows them go without the name: only we know the tables. */
function named(view: AuctionView, { currency, terms: { increments } }: Auction): AuctionView {
  const incrementsName = nameOf(increments, exponentOf(currency))
  return incrementsName === null ? view : { ...view, terms: { ...view.terms, incrementsName } }
}
