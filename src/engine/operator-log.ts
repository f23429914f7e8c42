import {
  type HashOf,
  type NodeKey,
  consistency,
  hashOfRange,
  inclusion,
  nodeName,
  nodesOf,
  rootOf,
} from '../ledger/merkle.ts'
import type { LogProof } from '../ledger/statements.ts'
import type { Certifier } from './certifier.ts'
import type { Notary } from './notary.ts'
import type { StoredAuction, Store } from './ports.ts'

export type SignedRoot = { readonly size: number; readonly root: string; readonly checkpoint: string }

type OperatorLogDependencies = { readonly store: Store; readonly notary: Notary; readonly certifier: Certifier }

/** The operator's log as a Merkle tree (RFC 6962): its signed roots, and proofs of what it holds. */
export class OperatorLog {
  readonly #deps: OperatorLogDependencies
  #latest: SignedRoot | null = null

  constructor(deps: OperatorLogDependencies) {
    this.#deps = deps
  }

  /**
   * Signs the root of all statements, or of the first `size`; the signature stays the same until there is another
   * statement. Returns null beyond the end.
   */
  async checkpoint(size?: number): Promise<SignedRoot | null> {
    const all = await this.#size()
    const wanted = size ?? all
    if (wanted > all) return null
    if (this.#latest?.size === wanted) return this.#latest
    const root = rootOf(wanted, await this.#hashes(nodesOf([{ start: 0, end: wanted }])))
    const signed = { size: wanted, root, checkpoint: this.#deps.notary.checkpoint(wanted, root) }
    if (size === undefined) this.#latest = signed
    return signed
  }

  /** Proves that the certificate of an auction is among the first `size` statements. Returns null if it is not. */
  async proof(stored: StoredAuction, size?: number): Promise<LogProof | null> {
    const certificate = await this.#deps.certifier.certificate(stored)
    const signed = await this.checkpoint(size)
    if (certificate === null || signed === null || certificate.index >= signed.size) return null
    const { index, jws } = certificate
    const ranges = inclusion(index, signed.size)
    const hashOf = await this.#hashes(nodesOf(ranges))
    const hashes = ranges.map((range) => hashOfRange(range, hashOf))
    return { certificate: jws, index, size: signed.size, hashes, checkpoint: signed.checkpoint }
  }

  /** Proves that the first `from` statements are the beginning of the first `to`. Returns null beyond the end. */
  async consistency(from: number, to: number): Promise<readonly string[] | null> {
    if (from > to || to > (await this.#size())) return null
    const ranges = consistency(from, to)
    const hashOf = await this.#hashes(nodesOf(ranges))
    return ranges.map((range) => hashOfRange(range, hashOf))
  }

  /**
   * The size of the log. Certifies ended auctions first. Failure is ignored on purpose: the log written so far can still
   * be served.
   */
  async #size(): Promise<number> {
    const { certifier, store } = this.#deps
    await certifier.catchUp().catch(() => {})
    return store.logSize()
  }

  async #hashes(keys: readonly NodeKey[]): Promise<HashOf> {
    const hashes = await this.#deps.store.logHashes(keys)
    const known = new Map(keys.map((key, i) => [nodeName(key), hashes[i]!]))
    return (key) => known.get(nodeName(key))!
  }
}
