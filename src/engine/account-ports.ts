import type { Instant } from '../domain/instant.ts'
import type { Role } from '../domain/schema.ts'
import type { Signer } from '../ledger/jws.ts'
import type { Page, Paging } from './ports.ts'

/** Ports of storage for people: accounts, sessions, rights, and the keys that the service signs with. */

export type User = {
  readonly id: string
  readonly email: string
  readonly displayName: string
  readonly role: Role
  readonly blocked: boolean
  readonly createdAt: Instant
  /**
   * The terms of use that the user accepted at sign-up; absent if there were none, or if somebody else made the account.
   */
  readonly terms?: AcceptedTerms
}

export type AcceptedTerms = { readonly version: number; readonly at: Instant }

/**
 * A session that has not ended: its user, its expiry, and what the user may do in auctions of one seller: blocked
 * (WHO-1), staff (WHO-2).
 */
export type Rights = {
  readonly user: User
  readonly expiresAt: Instant
  readonly blocked: boolean
  readonly staff: boolean
}

/** A session of a user. A refresh moves `expiresAt`, but never beyond `endsAt`; without `endsAt` there is no such bound. */
export type Session = {
  readonly id: string
  readonly userId: string
  readonly expiresAt: Instant
  readonly endsAt?: Instant
}

/** The refresh token that follows a used one: its hash, and the nonce that was combined with the used one to derive it. */
export type Successor = { readonly hash: string; readonly nonce: string }

/**
 * The result of a refresh. A second use of a token ends its whole session. `nonce` derives the successor token: if the
 * client repeats a used token within the grace period, it is the nonce of the first answer.
 */
export type Rotated =
  | { readonly result: 'rotated'; readonly session: Session; readonly nonce: string }
  | { readonly result: 'reused'; readonly sessionId: string }
  | { readonly result: 'unknown' }

/** Small secrets of the service: in no backup of the database that is not sealed. */
export interface Secrets {
  /** The text that is kept under a name; where there is none, what `make` gives is, durably, for all nodes. */
  kept(name: string, make: () => string): Promise<string>
  /** For people, where it is kept. */
  where(name: string): string
}

/** The private halves of the keys the house signs with: kept apart from the store and its backups. */
export interface SigningKeys {
  /** For people, where they are kept. */
  readonly where: string
  read(kid: string): Promise<Signer | null>
  /** Creates a key, which is durable when this returns. */
  create(): Promise<Signer>
}

/**
 * The result of an erasure. `needed`: the user sells or bids in an auction that is not over. `last_admin`: nobody would
 * be left to administer the service.
 */
export type Erased =
  | { readonly result: 'erased' | 'needed' | 'last_admin' }
  | { readonly result: 'held'; readonly reason: string }

/**
 * A creation that was requested under an idempotency key: `request` is the hash of the request, `made` the id of what is
 * created.
 */
export type Creation = {
  readonly userId: string
  readonly key: string
  readonly request: string
  readonly made: string
  readonly at: Instant
}

export interface AccountReads {
  user(userId: string): Promise<User | null>
  /** The user of an e-mail address, with the hash of the password. */
  userByEmail(email: string): Promise<{ readonly user: User; readonly password: string } | null>
  users(paging: Paging & { readonly q: string | null }): Promise<Page<User>>
  names(userIds: readonly string[]): Promise<ReadonlyMap<string, string>>
  /**
   * The auth version: counts each sign-out, block, unblock, rename and change of a role. What `rights` returned holds
   * until it moves.
   */
  authVersion(): Promise<number>
  /**
   * The rights of a session in auctions of a seller (`''`: of nobody); null if the session was ended. The session may
   * have expired.
   */
  rights(sessionId: string, sellerId: string): Promise<Rights | null>
  /** The expiry of a session, null if there is none or it was ended. */
  sessionEnd(sessionId: string): Promise<Instant | null>
  /** The sessions of a user that have neither ended nor expired, the latest first. */
  sessions(userId: string, at: Instant): Promise<readonly { readonly id: string; readonly expiresAt: Instant }[]>
  blocks(sellerId: string): Promise<readonly string[]>
}

export interface AccountWrites {
  /** Returns false if the e-mail address is taken. */
  addUser(user: User, password: string): Promise<boolean>
  /** Returns null if there is no such user. `last_admin`: nobody would be left to administer the service. */
  changeUser(
    userId: string,
    changes: { readonly role?: Role; readonly blocked?: boolean },
  ): Promise<User | 'last_admin' | null>
  setPassword(userId: string, password: string): Promise<void>
  rename(userId: string, displayName: string): Promise<void>
  /**
   * Forbids the erasure of a user for a reason, such as a dispute; null allows it again. Returns the reason that held
   * before, which another reason does not replace.
   */
  setHold(userId: string, reason: string | null): Promise<string | null>
  /**
   * Erases who a person is: name, address, sessions, salts, answers, and who did what. Every ledger still verifies.
   * Nothing of it may stay in a file of the database.
   */
  eraseUser(userId: string, at: Instant): Promise<Erased>
  addSession(session: Session, refreshHash: string): Promise<void>
  /**
   * Replaces a refresh token by its successor, and moves the session's expiry to `expiresAt`, but not beyond `endsAt`.
   * For `refreshGraceMs` the used token returns the same answer again, unless its successor was used.
   */
  rotate(refreshHash: string, next: Successor, at: Instant, expiresAt: Instant): Promise<Rotated>
  endSession(sessionId: string): Promise<void>
  /**
   * Removes up to `most` sessions that were ended, or that expired by `before`, their tokens first. Returns how many rows
   * went; 0 if none is left.
   */
  removeSessions(before: Instant, most: number): Promise<number>
  /** Ends all sessions of a user except `but`, and returns their ids. */
  endSessions(userId: string, but?: string): Promise<readonly string[]>
  /** Reserves a creation under its idempotency key. Returns it, or the one that was reserved under that key before. */
  claim(creation: Creation): Promise<Creation>
  /** Removes up to `most` reserved creations older than `before`. Returns how many; 0 if none is left. */
  removeClaims(before: Instant, most: number): Promise<number>
  setBlock(sellerId: string, userId: string, blocked: boolean): Promise<void>
}

export type Accounts = AccountReads & AccountWrites
