import { ProblemError } from './problem.ts'
import { RoomClient, type List, type Paging } from './room-client.ts'
import type { UserView } from './session.ts'
import type { ApiKeyView, KeyScope, LentToken, MyBid, NoticeList, SessionView } from './views.ts'
import type { ListedAuctionView, PreferencesView } from './wire.ts'

/** What is of one's own account: who one is, how one is told, what one watches, keys for programs. */
export class AccountClient extends RoomClient {
  me(): Promise<UserView> {
    return this.ask('/v1/me')
  }

  async signUp(account: {
    email: string
    password: string
    displayName: string
    /** The `sha256` of the terms of the house that are accepted, where it has some. */
    terms?: string
  }): Promise<UserView> {
    const { user } = await this.ask<{ user: UserView }>('/v1/users', { body: account })
    return user
  }

  signOut(): Promise<void> {
    return this.#leave('/v1/sessions/current')
  }

  async #leave(path: string): Promise<void> {
    await this.ask(path, { method: 'DELETE' }).catch((error: unknown) => {
      if (!(error instanceof ProblemError) || error.problem.status !== 401) throw error
    })
    this.session.forget()
  }

  /** Ends every session of the account, on every device, this one too. */
  signOutEverywhere(): Promise<void> {
    return this.#leave('/v1/sessions')
  }

  /** A new name, a new password, which ends every session but this, or a new address, which counts once it is confirmed. */
  async changeMe(
    changes:
      | { displayName: string }
      | { password: string; currentPassword: string }
      | { email: string; currentPassword: string },
  ): Promise<UserView> {
    return this.ask('/v1/me', { method: 'PATCH', body: changes })
  }

  /** The latest first. */
  sessions(): Promise<List<SessionView>> {
    return this.ask('/v1/me/sessions')
  }

  endSession(id: string): Promise<void> {
    return this.ask(`/v1/me/sessions/${id}`, { method: 'DELETE' })
  }

  /** A token to lend to an embed of ours on a page of this origin: by it that page bids for you in one auction, `most` at most. */
  tokenFor(lent: { origin: string; auction: string; most: number }): Promise<LentToken> {
    return this.ask('/v1/me/tokens', { body: lent })
  }

  myBids(paging: Paging = {}): Promise<List<MyBid>> {
    return this.ask('/v1/me/bids', { query: paging })
  }

  /** The lots you watch, those that close first come first. */
  watchlist(): Promise<List<ListedAuctionView>> {
    return this.ask('/v1/me/watchlist')
  }

  watch(id: string): Promise<void> {
    return this.ask(`/v1/me/watchlist/${id}`, { method: 'PUT' })
  }

  unwatch(id: string): Promise<void> {
    return this.ask(`/v1/me/watchlist/${id}`, { method: 'DELETE' })
  }

  /** The newest first. */
  notices(query: Paging & { unread?: boolean } = {}): Promise<NoticeList> {
    return this.ask('/v1/me/notices', { query })
  }

  readNotices(which: { ids: readonly string[] } | { all: true }): Promise<void> {
    return this.ask('/v1/me/notices/read', { body: which })
  }

  preferences(): Promise<PreferencesView> {
    return this.ask('/v1/me/preferences')
  }

  /** What is not named stays as it is. */
  setPreferences(changes: {
    language?: PreferencesView['language']
    timeZone?: string
    notices?: Partial<PreferencesView['notices']>
  }): Promise<PreferencesView> {
    return this.ask('/v1/me/preferences', { method: 'PUT', body: changes })
  }

  keys(): Promise<List<ApiKeyView>> {
    return this.ask('/v1/me/keys')
  }

  /** Makes a key for a program. The secret is shown here, and never again. */
  makeKey(key: {
    name: string
    scopes: readonly KeyScope[]
    expiresAt?: string
  }): Promise<ApiKeyView & { secret: string }> {
    return this.ask('/v1/me/keys', { body: key })
  }

  endKey(id: string): Promise<void> {
    return this.ask(`/v1/me/keys/${id}`, { method: 'DELETE' })
  }

  /** The ids of those the seller who asks keeps out of their auctions. */
  blocks(): Promise<List<string>> {
    return this.ask('/v1/me/blocks')
  }

  /** Keeps a bidder out of all auctions of the seller who asks, from now on. */
  block(userId: string): Promise<void> {
    return this.ask(`/v1/me/blocks/${userId}`, { method: 'PUT' })
  }

  unblock(userId: string): Promise<void> {
    return this.ask(`/v1/me/blocks/${userId}`, { method: 'DELETE' })
  }
}
