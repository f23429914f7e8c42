import { ProblemError, readProblem } from './problem.ts'
import type { Role } from './wire.ts'

export type UserView = {
  readonly id: string
  readonly email: string
  readonly displayName: string
  readonly role: Role
  readonly blocked: boolean
  readonly createdAt: string
  /** The terms of the house that were accepted at sign-up. */
  readonly terms: { readonly version: number; readonly acceptedAt: string } | null
}

export type SessionAnswer = {
  readonly accessToken: string
  readonly expiresInSeconds: number
  readonly user: UserView
}

/** How long before its end a token is renewed. */
const EARLY_MS = 60_000

/** Runs work while no other tab of this browser does, where the browser can tell. */
type Exclusively = <Result>(work: () => Promise<Result>) => Promise<Result>

const acrossTabs: Exclusively = (work) => {
  const locks = globalThis.navigator?.locks
  return locks ? locks.request('martillo-refresh', work) : work()
}

/**
 * Who is signed in. The access token is kept in memory only; what renews it is an httpOnly cookie, which a browser
 * keeps by itself. A refresh token that is used twice ends the session, so only one renewal runs at a time.
 */
export class Session {
  user: UserView | null = null
  readonly #fetch: (path: string, init: RequestInit) => Promise<Response>
  readonly #exclusively: Exclusively
  readonly #listeners = new Set<() => void>()
  #token: string | null
  #endsAt = Infinity
  #renewing: Promise<boolean> | null = null
  /** Node keeps no cookies; a browser never shows this one. */
  #cookie: string | null = null

  constructor(
    fetch: (path: string, init: RequestInit) => Promise<Response>,
    token: string | null,
    exclusively: Exclusively = acrossTabs,
  ) {
    this.#fetch = fetch
    this.#token = token
    this.#exclusively = exclusively
  }

  /** A token that is still good for a while, or null when signed out. */
  async token(): Promise<string | null> {
    if (this.#token !== null && performance.now() > this.#endsAt - EARLY_MS) await this.refresh().catch(() => false)
    return this.#token
  }

  /** Renews the token through the cookie; false when there is no session any more. */
  refresh(): Promise<boolean> {
    this.#renewing ??= this.#exclusively(() => this.#renew()).finally(() => (this.#renewing = null))
    return this.#renewing
  }

  accept(answer: SessionAnswer, response: Response): UserView {
    this.#token = answer.accessToken
    this.#endsAt = performance.now() + answer.expiresInSeconds * 1_000
    this.#cookie = response.headers.getSetCookie?.()[0]?.split(';')[0] ?? this.#cookie
    this.#set(answer.user)
    return answer.user
  }

  /** A token lent for a while, as to an embed: it cannot be renewed. */
  borrow({ accessToken, expiresInSeconds }: Pick<SessionAnswer, 'accessToken' | 'expiresInSeconds'>): void {
    this.#token = accessToken
    this.#endsAt = performance.now() + expiresInSeconds * 1_000
    this.#set(null)
  }

  /** Whether there is a token, one's own or a lent one. */
  get holdsToken(): boolean {
    return this.#token !== null
  }

  forget(): void {
    this.#token = null
    this.#cookie = null
    this.#set(null)
  }

  /** Calls back when somebody signs in or out; gives the way to stop that. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async #renew(): Promise<boolean> {
    const headers: HeadersInit = this.#cookie === null ? {} : { cookie: this.#cookie }
    // keepalive: a page that is left must not lose the new cookie, or the next one would show the used one.
    const response = await this.#fetch('/v1/sessions/refresh', { method: 'POST', headers, keepalive: true })
    if (response.ok) {
      this.accept((await response.json()) as SessionAnswer, response)
      return true
    }
    const error = await readProblem(response)
    if (response.status !== 401 && response.status !== 403) throw new ProblemError(error.problem)
    this.forget()
    return false
  }

  #set(user: UserView | null): void {
    this.user = user
    for (const listener of this.#listeners) listener()
  }
}
