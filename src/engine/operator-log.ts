import { MerkleTree } from '../ledger/merkle.ts'
import type { LogProof } from '../ledger/statements.ts'
import type { Notary } from './notary.ts'
import type { Statement, Store } from './ports.ts'

/** Statements read at once. */
const PAGE = 1_000

export type SignedRoot = { readonly size: number; readonly root: string; readonly checkpoint: string }

/** The operator's log as a Merkle tree (RFC 6962): its signed roots, and proofs of what is in it. */
export class OperatorLog {
  readonly #store: Store
  readonly #notary: Notary
  readonly #tree = new MerkleTree()
  #reading: Promise<void> | null = null
  #latest: SignedRoot | null = null

  constructor(store: Store, notary: Notary) {
    this.#store = store
    this.#notary = notary
  }

  /** Of all statements, or of the first `size`. The same signature until there is another statement. Null beyond the end. */
  async checkpoint(size?: number): Promise<SignedRoot | null> {
    await this.#read()
    const wanted = size ?? this.#tree.size
    if (wanted > this.#tree.size) return null
    if (this.#latest?.size === wanted) return this.#latest
    const root = this.#tree.root(wanted)
    const signed = { size: wanted, root, checkpoint: this.#notary.checkpoint(wanted, root) }
    if (size === undefined) this.#latest = signed
    return signed
  }

  /** That an auction's certificate is among the first `size` statements. Null where it is not. */
  async proof(auctionId: string, size?: number): Promise<LogProof | null> {
    const statement = await this.#store.statementOf(auctionId)
    const signed = await this.checkpoint(size)
    if (statement === null || signed === null || statement.index >= signed.size) return null
    const { index, jws } = statement
    const { checkpoint } = signed
    return { certificate: jws, index, size: signed.size, hashes: this.#tree.inclusion(index, signed.size), checkpoint }
  }

  /** That the first `from` statements are the beginning of the first `to`. Null beyond the end. */
  async consistency(from: number, to: number): Promise<readonly string[] | null> {
    await this.#read()
    return from > to || to > this.#tree.size ? null : this.#tree.consistency(from, to)
  }

  /** Adds what was written since; one read at a time, so that no statement is added twice. */
  #read(): Promise<void> {
    return (this.#reading ??= this.#readAll().finally(() => (this.#reading = null)))
  }

  async #readAll(): Promise<void> {
    let page: readonly Statement[]
    do {
      page = await this.#store.statements(this.#tree.size, PAGE)
      for (const { jws } of page) this.#tree.add(jws)
    } while (page.length === PAGE)
  }
}
