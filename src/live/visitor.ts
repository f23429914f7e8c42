import type { Instant } from '../domain/instant.ts'
import type { User } from '../engine/ports.ts'

/**
 * Somebody who is signed in, and until when what they showed is good. By a token that was lent to a page elsewhere
 * (`scope`) everyone is a bidder, whatever they are at home.
 */
export type Visitor = {
  readonly user: User & { readonly scope?: 'bid' }
  readonly sessionId: string
  readonly expiresAt: Instant
}

/** The visitor an access token stands for, or null where it is not good. */
export type Authenticate = (token: string) => Promise<Visitor | null>
