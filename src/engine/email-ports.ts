import type { Instant } from '../domain/instant.ts'
import type { NewDelivery } from './delivery-ports.ts'

/** Port of storage for what proves the control of an e-mail address, and for the devices that people sign in from. */

/** What a token is good for: to verify an address, or to set a new password. */
export type TokenPurpose = 'verification' | 'reset'

export type EmailToken = {
  readonly hash: string
  readonly userId: string
  readonly purpose: TokenPurpose
  /** The address that it is sent to. */
  readonly email: string
  readonly expiresAt: Instant
}

export interface EmailReads {
  /** When the address of an account was verified; null: it was not. */
  verifiedAt(userId: string): Promise<Instant | null>
  /** A token that has neither been used nor expired, or null. */
  token(hash: string, purpose: TokenPurpose, at: Instant): Promise<Pick<EmailToken, 'userId' | 'email'> | null>
  /** Of each session of a user the device it was begun from, and when it was last used. */
  devices(
    userId: string,
  ): Promise<ReadonlyMap<string, { readonly device: string | null; readonly usedAt: Instant | null }>>
}

export interface EmailWrites {
  /** Stores a token with the delivery that sends it. The user's earlier ones of this purpose are good no more. */
  issue(token: EmailToken, delivery: NewDelivery): Promise<void>
  /** Uses a token up. Returns what `token` does; of several that use one at the same time, to one. */
  use(hash: string, purpose: TokenPurpose, at: Instant): Promise<Pick<EmailToken, 'userId' | 'email'> | null>
  /** What waits for a user's links is over, but that which proves the present address. */
  voidTokens(userId: string): Promise<void>
  /**
   * Gives an account an address that was verified; links that were sent to others are good no more. Returns false if
   * another account has it.
   */
  verify(userId: string, email: string, at: Instant): Promise<boolean>
  /** Gives an account an address that was not verified. Returns false if another account has it. */
  changeEmail(userId: string, email: string): Promise<boolean>
  /**
   * Notes the device of a new session. Returns whether it is new: not the user's first, and none that they signed in from
   * before.
   */
  noteDevice(session: {
    readonly sessionId: string
    readonly userId: string
    readonly device: string
    readonly hash: string
    readonly at: Instant
  }): Promise<boolean>
  noteUse(sessionId: string, at: Instant): Promise<void>
  /** Removes up to `most` tokens that expired before. Returns how many; 0 if none is left. */
  removeTokens(before: Instant, most: number): Promise<number>
}

export type Emails = EmailReads & EmailWrites
