import type { Instant } from '../domain/instant.ts'
import type { Role } from '../domain/schema.ts'
import type { Signer } from '../ledger/jws.ts'
import type { Page, Paging } from './ports.ts'

/** What is asked of storage about people: their accounts, sessions and rights, and the keys the house signs with. */

export type User = {
  readonly id: string
  readonly email: string
  readonly displayName: string
  readonly role: Role
  readonly blocked: boolean
  readonly createdAt: Instant
  /** The terms of the house that they accepted when they signed up; none where there were none, or others made the account. */
  readonly terms?: AcceptedTerms
}

export type AcceptedTerms = { readonly version: number; readonly at: Instant }

/** Whose a session is, until when, and what they may do in auctions of one seller: blocked (WHO-1), as staff (WHO-2). */
export type Rights = {
  readonly user: User
  readonly expiresAt: Instant
  readonly blocked: boolean
  readonly staff: boolean
}

/** Refreshes move `expiresAt`, and never beyond `endsAt`; without one there is no such bound. */
export type Session = {
  readonly id: string
  readonly userId: string
  readonly expiresAt: Instant
  readonly endsAt?: Instant
}

/** The token that follows a used one: its hash, and what was put to the used one to make it. */
export type Successor = { readonly hash: string; readonly nonce: string }

/**
 * What came of a refresh token: a token used before ends its whole session. `nonce` is that of the successor, which is the
 * one given before where the last answer seems to be lost.
 */
export type Rotated =
  | { readonly result: 'rotated'; readonly session: Session; readonly nonce: string }
  | { readonly result: 'reused'; readonly sessionId: string }
  | { readonly result: 'unknown' }

/** The private halves of the keys the house signs with: kept apart from the store and its backups. */
export interface SigningKeys {
  read(kid: string): Promise<Signer | null>
  /** A new one: durable when it returns. */
  create(): Promise<Signer>
}

/** `needed`: they sell or bid in an auction that is not over. `last_admin`: nobody could rule the house. */
export type Erased =
  | { readonly result: 'erased' | 'needed' | 'last_admin' }
  | { readonly result: 'held'; readonly reason: string }

/** What somebody asked to be made under a key of theirs: by the hash of what was asked, the id of what is made. */
export type Creation = {
  readonly userId: string
  readonly key: string
  readonly request: string
  readonly made: string
  readonly at: Instant
}

export interface AccountReads {
  user(userId: string): Promise<User | null>
  /** With the password's hash. */
  userByEmail(email: string): Promise<{ readonly user: User; readonly password: string } | null>
  users(paging: Paging & { readonly q: string | null }): Promise<Page<User>>
  names(userIds: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** How often anybody was signed out, blocked, unblocked, renamed or given another role: what `rights` returns holds until then. */
  authVersion(): Promise<number>
  /** Of a session that was not ended, in auctions of a seller; `''` is nobody. */
  rights(sessionId: string, sellerId: string): Promise<Rights | null>
  /** When a session that goes on expires, null where there is none. */
  sessionEnd(sessionId: string): Promise<Instant | null>
  /** Those that go on, the latest first. */
  sessions(userId: string, at: Instant): Promise<readonly { readonly id: string; readonly expiresAt: Instant }[]>
  blocks(sellerId: string): Promise<readonly string[]>
}

export interface AccountWrites {
  /** False where the e-mail address is taken. */
  addUser(user: User, password: string): Promise<boolean>
  /** Null where there is no such user. `last_admin`: nobody could rule the house. */
  changeUser(
    userId: string,
    changes: { readonly role?: Role; readonly blocked?: boolean },
  ): Promise<User | 'last_admin' | null>
  setPassword(userId: string, password: string): Promise<void>
  rename(userId: string, displayName: string): Promise<void>
  /** Why a person may not be erased, such as a dispute; null lifts it. Gives the reason there was, which no other replaces. */
  setHold(userId: string, reason: string | null): Promise<string | null>
  /** Shreds who a person is: name, address, sessions, salts, answers, and who did what. Every ledger still verifies. */
  eraseUser(userId: string, at: Instant): Promise<Erased>
  addSession(session: Session, refreshHash: string): Promise<void>
  /**
   * Replaces a refresh token by the next, and moves the session's end to `expiresAt`, or to its last day. For a while
   * (`refreshGraceMs`) the same answer is given again to who shows the used one, unless its successor was used.
   */
  rotate(refreshHash: string, next: Successor, at: Instant, expiresAt: Instant): Promise<Rotated>
  endSession(sessionId: string): Promise<void>
  /** Removes some sessions that were ended, or expired by `before`, and tokens of theirs first; 0 where none is left. */
  removeSessions(before: Instant, most: number): Promise<number>
  /** Ends all sessions of a user but one, and says which. */
  endSessions(userId: string, but?: string): Promise<readonly string[]>
  /** Keeps what is to be made under a key, or gives what was asked under it before. */
  claim(creation: Creation): Promise<Creation>
  /** Forgets some claims of before an instant; 0 where none is left. */
  removeClaims(before: Instant, most: number): Promise<number>
  setBlock(sellerId: string, userId: string, blocked: boolean): Promise<void>
}

export type Accounts = AccountReads & AccountWrites
