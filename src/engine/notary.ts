import { z } from 'zod'
import type { Auction } from '../domain/auction.ts'
import type { Instant } from '../domain/instant.ts'
import { GENESIS } from '../ledger/chain.ts'
import { type PublicJwk, type Signer, readJws } from '../ledger/jws.ts'
import { leafHash } from '../ledger/merkle.ts'
import {
  type KeyStatement,
  type Refusal,
  keyStatement,
  signAccepted,
  signCertificate,
  signCheckpoint,
  signKey,
  signRefused,
} from '../ledger/statements.ts'
import type { Clock, SigningKeys, Statement, Store } from './ports.ts'

export type NotaryParts = {
  readonly store: Store
  readonly keys: SigningKeys
  readonly clock: Clock
  /** SHA-256 of the rules of bidding, and the name and version of this program: what certificates say was followed. */
  readonly rules: string
  readonly software: string
}

/** The next place in the operator's log, and the leaf hash of the statement before it. */
type Tip = { readonly index: number; readonly previous: string }

/** Signs for the house, and keeps the order of its log: each statement names the one before. */
export class Notary {
  readonly #parts: NotaryParts
  #signer: Signer
  #publicKeys: readonly PublicJwk[]
  #tip: Tip | null = null

  private constructor(parts: NotaryParts, signer: Signer, publicKeys: readonly PublicJwk[]) {
    this.#parts = parts
    this.#signer = signer
    this.#publicKeys = publicKeys
  }

  /** With the key that the log names last; where its private half is not at hand, a new one is made and says so in the log. */
  static async open(parts: NotaryParts): Promise<Notary> {
    const { store, keys } = parts
    const known = await publicKeys(store)
    const current = known.at(-1)
    const signer = current === undefined ? null : await keys.read(current.kid)
    if (signer !== null) return new Notary(parts, signer, known)
    const made = await keys.create()
    const notary = new Notary(parts, made, known)
    await notary.#introduce(made, made, current === undefined ? 'first' : 'lost')
    return notary
  }

  /** Makes a new key, introduced in the log by the one before. */
  async rotate(): Promise<PublicJwk> {
    const next = await this.#parts.keys.create()
    await this.#introduce(next, this.#signer, 'rotated')
    this.#signer = next
    return next.jwk
  }

  /** All keys that ever signed, the present one last. */
  get publicKeys(): readonly PublicJwk[] {
    return this.#publicKeys
  }

  async #introduce({ jwk }: Signer, by: Signer, reason: KeyStatement['reason']): Promise<void> {
    const { index, previous } = await this.#place()
    const jws = signKey(by, { key: jwk, reason, at: this.#parts.clock.now(), previous })
    if (!(await this.#parts.store.addStatement({ index, auctionId: null, jws })))
      throw new Error('another instance wrote into the log at the same time')
    this.#tip = { index: index + 1, previous: leafHash(jws) }
    this.#publicKeys = [...this.#publicKeys, jwk]
  }

  async #place(): Promise<Tip> {
    if (this.#tip !== null) return this.#tip
    const last = await this.#parts.store.lastStatement()
    this.#tip =
      last === null ? { index: 0, previous: GENESIS } : { index: last.index + 1, previous: leafHash(last.jws) }
    return this.#tip
  }

  /** Call before what may certify. */
  async ready(): Promise<void> {
    await this.#place()
  }

  /** What was certified and not committed never was. */
  forget(): void {
    this.#tip = null
  }

  /** Gives back the places in the log that are taken from now on. */
  undoing(): () => void {
    const tip = this.#tip
    return () => (this.#tip = tip)
  }

  certify(auction: Auction, head: string, at: Instant): Statement {
    const { index, previous } = this.#tip!
    const { rules, software } = this.#parts
    const jws = signCertificate(this.#signer, { auction, head, at, rules, software, previous })
    this.#tip = { index: index + 1, previous: leafHash(jws) }
    return { index, auctionId: auction.id, jws }
  }

  acceptance(said: Parameters<typeof signAccepted>[1]): string {
    return signAccepted(this.#signer, said)
  }

  refusal(said: Refusal): string {
    return signRefused(this.#signer, said)
  }

  checkpoint(size: number, root: string): string {
    return signCheckpoint(this.#signer, { size, root, at: this.#parts.clock.now() })
  }
}

/** The keys that the log introduces, in order. What it says was signed when it was written; here it is only read. */
async function publicKeys(store: Store): Promise<PublicJwk[]> {
  const introduced: PublicJwk[] = []
  for (const { jws } of await store.keyStatements()) {
    const claimed = keyStatement.parse(claimsOf(jws)).key
    const read = readJws(jws, 'key', [...introduced, claimed])
    if (read === null) throw new Error('the log holds a key that no key of ours introduced')
    introduced.push(claimed)
  }
  return introduced
}

const claims = z.looseObject({})

function claimsOf(jws: string): unknown {
  return claims.parse(JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString()))
}
