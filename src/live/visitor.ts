import type { Instant } from '../domain/instant.ts'
import type { User } from '../engine/ports.ts'

/** Somebody who is signed in, and until when what they showed is good. */
export type Visitor = { readonly user: User; readonly sessionId: string; readonly expiresAt: Instant }

/** The visitor an access token stands for, or null where it is not good. */
export type Authenticate = (token: string) => Promise<Visitor | null>
