import { hash, randomFillSync } from 'node:crypto'
import type { Amount } from '../domain/amount.ts'
import type { Bid } from '../domain/auction.ts'

/**
 * Commitments: HMAC-SHA-256 under a random salt of 32 bytes, 64 hexadecimal digits whatever is committed to. Nobody can tell
 * what is inside, and whoever has the salt can show it. The texts are in docs/ledger.md.
 */

const SALT_BYTES = 32

/** Drawn for many salts at once, which costs a tenth; what is given is forgotten here. */
const drawn = Buffer.alloc(256 * SALT_BYTES)
let given = drawn.length

/** 32 random bytes as 64 hexadecimal digits. */
export function newSalt(): string {
  if (given === drawn.length) {
    randomFillSync(drawn)
    given = 0
  }
  const salt = drawn.toString('hex', given, given + SALT_BYTES)
  drawn.fill(0, given, (given += SALT_BYTES))
  return salt
}

function commit(salt: string, kind: string, ...parts: readonly string[]): string {
  return hmac(Buffer.from(salt, 'hex'), [`martillo ${kind} v2`, ...parts].join('\n'))
}

const BLOCK_BYTES = 64

/** HMAC-SHA-256 (RFC 2104) as hexadecimal text. With a new key each time, Node's own spends four fifths on its key object. */
export function hmac(key: Buffer, text: string): string {
  const inner = Buffer.allocUnsafe(BLOCK_BYTES + Buffer.byteLength(text))
  const outer = Buffer.allocUnsafe(BLOCK_BYTES + SALT_BYTES)
  for (let i = 0; i < BLOCK_BYTES; i += 1) {
    const byte = i < key.length ? key[i]! : 0
    inner[i] = byte ^ 0x36
    outer[i] = byte ^ 0x5c
  }
  inner.write(text, BLOCK_BYTES)
  hash('sha256', inner, 'buffer').copy(outer, BLOCK_BYTES)
  return hash('sha256', outer, 'hex')
}

/** The most a bid offers: its maximum, or the amount of an exact one – which, for one that bought at once, is the buy-now price. */
export function offeredBy({ exact, amount, maximum }: Pick<Bid, 'exact' | 'amount' | 'maximum'>): Amount {
  return exact ? amount : maximum
}

/** To the most a bid offers: its maximum, or the amount of an exact bid. */
export function commitMaximum(salt: string, auctionId: string, bidId: string, maximum: Amount): string {
  return commit(salt, 'maximum', auctionId, bidId, String(maximum))
}

/** To the reserve, or to there being none. */
export function commitReserve(salt: string, auctionId: string, reserve: Amount | null): string {
  return commit(salt, 'reserve', auctionId, reserve === null ? 'none' : String(reserve))
}

/** To the head of the private chain: afresh in every public entry, so that nobody sees whether it moved. */
export function commitPrivateHead(salt: string, auctionId: string, privateHead: string): string {
  return commit(salt, 'private head', auctionId, privateHead)
}

/** To an idempotency key, in the private chain. */
export function commitKey(salt: string, bidId: string, key: string): string {
  return commit(salt, 'key', bidId, key)
}

/** To who did something, in the private chain. */
export function commitPerson(salt: string, auctionId: string, userId: string): string {
  return commit(salt, 'person', auctionId, userId)
}
