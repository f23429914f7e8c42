import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import { type NoticeKind, noticeKind } from '../domain/notices.ts'

/** Bytes of a derived key. */
const KEY_BYTES = 32

/**
 * Tokens of links that go out by mail. Each is derived from a key of the service, so that none is stored: of those that are
 * good once the database holds the hash.
 */
export class Links {
  readonly #key: Buffer
  readonly #base: string

  /** `secret` is a private key of the service, `base` the address of its pages. */
  constructor(secret: string, base: string) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', 'martillo links', KEY_BYTES))
    this.#base = base
  }

  /** The token of a delivery, and the hash by which it is stored. */
  tokenOf(deliveryId: string): string {
    return this.#mac(`token ${deliveryId}`)
  }

  verification(deliveryId: string): string {
    return `${this.#base}/account?verify=${this.tokenOf(deliveryId)}`
  }

  reset(deliveryId: string): string {
    return `${this.#base}/account?reset=${this.tokenOf(deliveryId)}`
  }

  account(): string {
    return `${this.#base}/account`
  }

  auction(auctionId: string): string {
    return `${this.#base}/auctions/${auctionId}`
  }

  /** Where one unsubscribes from a kind of mail, without signing in. */
  unsubscribe(userId: string, kind: NoticeKind): string {
    return `${this.#base}/v1/unsubscribe?user=${userId}&kind=${kind}&token=${this.#mac(`unsubscribe ${userId} ${kind}`)}`
  }

  isUnsubscribe(userId: string, kind: string, token: string): kind is NoticeKind {
    const expected = Buffer.from(this.#mac(`unsubscribe ${userId} ${kind}`))
    const given = Buffer.from(token)
    return noticeKind.safeParse(kind).success && given.length === expected.length && timingSafeEqual(given, expected)
  }

  /** The secret that a webhook's receiver checks signatures with. It is derived, and stored nowhere. */
  webhookSecret(id: string): string {
    return `whsec_${createHmac('sha256', this.#key).update(`webhook ${id}`).digest('base64')}`
  }

  #mac(text: string): string {
    return createHmac('sha256', this.#key).update(text).digest('base64url')
  }
}

/** By what a token is stored. */
export function hashOfToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}
