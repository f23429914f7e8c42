import { backoffMs, newKey, pause } from './pause.ts'
import { LostError, readProblem } from './problem.ts'
import { Session, type SessionAnswer, type UserView } from './session.ts'
import type { AnswerView, AuctionView, BidView, ListedAuctionView } from './wire.ts'

/**
 * A price now, the most to be bid for you, or the minimum bid of the instant where it is at most this: no rival's bid on the
 * way makes that stale. Where prices fall it is `minimum` and `atLeast`. Minor units of the auction's currency.
 */
export type Offer = { readonly [Name in OfferName]: OfferOf<Name> }[OfferName]
type OfferName = 'amount' | 'maximum' | 'atMost' | 'minimum' | 'atLeast'
type OfferOf<Name extends OfferName> = { readonly [One in Name]: number } & {
  readonly [Other in Exclude<OfferName, Name>]?: never
}

export type List<Item> = { readonly items: readonly Item[]; readonly nextCursor: string | null }
/** The first page says how many there are, up to a bound. */
export type CountedList<Item> = List<Item> & { readonly total?: number }
export type Paging = { readonly limit?: number; readonly cursor?: string }
export type CatalogueQuery = Paging & {
  /** One stage, or those in any of several. */
  readonly status?: AuctionView['status'] | readonly AuctionView['status'][]
  readonly ids?: readonly string[]
  /** The seller's own number; found by the seller and admins. */
  readonly externalId?: string
  /** Instants in UTC, as 2026-11-29T20:00:00Z. */
  readonly closesBefore?: string
  readonly closedAfter?: string
  readonly format?: string
  readonly q?: string
  readonly seller?: string
  /** Bounds of the price, in minor units of a currency that is named with them. */
  readonly currency?: string
  readonly priceFrom?: number
  readonly priceTo?: number
  readonly sort?: 'closing' | 'newest' | 'price' | 'bids'
  readonly include?: 'increments'
}

export type ClientOptions = {
  /** An access token from elsewhere; it is used as it is and never renewed. */
  readonly token?: string
  readonly fetch?: typeof fetch
  readonly WebSocket?: typeof WebSocket
  /** Of another client: both are signed in as the same one. */
  readonly session?: Session
  readonly exclusively?: <Result>(work: () => Promise<Result>) => Promise<Result>
}

type Asked = {
  readonly method?: string
  readonly body?: object
  readonly query?: object
  readonly headers?: Record<string, string>
  readonly timeoutMs?: number
  /** Not repeated, whatever comes of it. */
  readonly once?: boolean
}

const TIMEOUT_MS = 10_000
const ATTEMPTS = 5
const WAIT_MS = 250
const WAIT_MS_MAX = 4_000

/**
 * The service over REST, as far as the catalogue and the rooms need it: reading, bidding, being signed in. Every call gives what it promises or throws a
 * ProblemError (refused) or a LostError (no answer).
 */
export class RoomClient {
  readonly baseUrl: string
  readonly session: Session
  readonly WebSocket: typeof WebSocket
  readonly #fetch: typeof fetch

  constructor(baseUrl: string = globalThis.location.origin, options: ClientOptions = {}) {
    this.baseUrl = baseUrl.replace(/\/$/, '')
    this.#fetch = options.fetch ?? ((input, init) => fetch(input, init))
    this.WebSocket = options.WebSocket ?? globalThis.WebSocket
    const raw = (path: string, init: RequestInit) => this.#raw(path, init)
    this.session = options.session ?? new Session(raw, options.token ?? null, options.exclusively)
  }

  async signIn(email: string, password: string): Promise<UserView> {
    const response = await this.#raw('/v1/sessions', json({ email, password }))
    if (!response.ok) throw await readProblem(response)
    return this.session.accept((await response.json()) as SessionAnswer, response)
  }

  /** Renews the access token through the cookie; false when nobody is signed in. */
  refresh(): Promise<boolean> {
    return this.session.refresh()
  }

  auctions(query: CatalogueQuery = {}): Promise<CountedList<ListedAuctionView>> {
    return this.ask('/v1/auctions', { query })
  }

  auction(id: string): Promise<AuctionView> {
    return this.ask(`/v1/auctions/${id}`)
  }

  /** The public history, newest first. */
  bids(id: string, paging: Paging = {}): Promise<List<BidView>> {
    return this.ask(`/v1/auctions/${id}/bids`, { query: paging })
  }

  /** Places a bid, once: whatever is repeated here or by you under the same key gives the same answer. */
  bid(id: string, offer: Offer, key: string = newKey()): Promise<AnswerView> {
    return this.ask(`/v1/auctions/${id}/bids`, { body: offer, headers: { 'idempotency-key': key } })
  }

  /** Any path of the service, as the calls above ask theirs. */
  async ask<Answer>(
    path: string,
    { method, body, query, headers, timeoutMs, once = false }: Asked = {},
  ): Promise<Answer> {
    const init: RequestInit = body === undefined ? { method: method ?? 'GET' } : sent(body, method)
    const repeatable = !once && (init.method === 'GET' || headers !== undefined)
    for (let attempt = 1, renewed = false; ; attempt += 1) {
      try {
        const token = await this.session.token()
        const authorization: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` }
        const headersOfAll = { ...(init.headers as Record<string, string>), ...headers, ...authorization }
        const response = await this.#raw(path + search(query), { ...init, headers: headersOfAll }, timeoutMs)
        if (response.ok) return (response.status === 204 ? undefined : await response.json()) as Answer
        const error = await readProblem(response)
        if (error.code === 'unauthenticated' && token !== null && !renewed) {
          renewed = true
          if (await this.refresh()) continue
        }
        if (!repeatable || response.status < 500 || attempt === ATTEMPTS) throw error
        await pause(Math.max(backoffMs(attempt, WAIT_MS, WAIT_MS_MAX), retryAfterMs(response)))
      } catch (error) {
        if (!(error instanceof LostError) || !repeatable || attempt === ATTEMPTS) throw error
        await pause(backoffMs(attempt, WAIT_MS, WAIT_MS_MAX))
      }
    }
  }

  async #raw(path: string, init: RequestInit, timeoutMs = TIMEOUT_MS): Promise<Response> {
    try {
      const options: RequestInit = { credentials: 'same-origin', signal: AbortSignal.timeout(timeoutMs), ...init }
      return await this.#fetch(this.baseUrl + path, options)
    } catch (cause) {
      throw new LostError(cause)
    }
  }
}

function sent(body: object, method?: string): RequestInit {
  return body instanceof Blob ? { method: 'POST', body } : json(body, method)
}

function json(body: object, method = 'POST'): RequestInit {
  return { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}

function search(query: object = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
  return given.length === 0 ? '' : `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`
}

function retryAfterMs(response: Response): number {
  const seconds = Number(response.headers.get('retry-after'))
  return Number.isFinite(seconds) ? Math.min(seconds * 1_000, WAIT_MS_MAX) : 0
}
