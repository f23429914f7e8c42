import { type Actor, owns } from '../domain/access.ts'
import type { Auction } from '../domain/auction.ts'

/** Who gives way to whom, the first to go first. Bids need no place: they are taken over HTTP, however full it is. */
export const ranks = ['stranger', 'member', 'bidder'] as const

export type Rank = (typeof ranks)[number]

/** Whoever has bid in the auction, or is in charge of it, is the last to give way. */
export function rankIn(auction: Auction | null, actor: Actor): Rank {
  if (actor === null) return 'stranger'
  return auction !== null && (auction.paddles.has(actor.id) || owns(auction, actor)) ? 'bidder' : 'member'
}

/** Counts by a name. */
export class Counts {
  readonly #counts = new Map<string, number>()

  of(key: string): number {
    return this.#counts.get(key) ?? 0
  }

  add(key: string, more: number): void {
    const count = this.of(key) + more
    if (count === 0) this.#counts.delete(key)
    else this.#counts.set(key, count)
  }
}

/** So many places, each taken by one of a rank. */
export class Places<Guest> {
  readonly #most: number
  readonly #seated: Readonly<Record<Rank, Set<Guest>>> = { stranger: new Set(), member: new Set(), bidder: new Set() }

  constructor(most: number) {
    this.#most = most
  }

  get full(): boolean {
    return ranks.reduce((sum, rank) => sum + this.#seated[rank].size, 0) >= this.#most
  }

  add(guest: Guest, rank: Rank): void {
    this.#seated[rank].add(guest)
  }

  delete(guest: Guest): void {
    for (const rank of ranks) this.#seated[rank].delete(guest)
  }

  /** Who gives way to a newcomer of a rank: of the lowest rank below it whoever came first; null where nobody must. */
  yields(newcomer: Rank): Guest | null {
    for (const rank of ranks.slice(0, ranks.indexOf(newcomer))) for (const guest of this.#seated[rank]) return guest
    return null
  }
}
