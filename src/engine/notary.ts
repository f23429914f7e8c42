import { z } from 'zod'
import { type PublicJwk, type Signer, readJws } from '../ledger/jws.ts'
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
import { leafHash, nodeName, nodesAdded } from '../ledger/merkle.ts'
import type { SigningKeys } from './account-ports.ts'
import type { Clock, LogEntry, LogTip, Statement, Store, Uncertified } from './ports.ts'

export type NotaryDependencies = {
  readonly store: Store
  readonly keys: SigningKeys
  readonly clock: Clock
  /**
   * The SHA-256 of the rules of bidding, and the name and version of this program: certificates state what was followed.
   */
  readonly rules: string
  readonly software: string
}

/** Signs receipts, certificates, checkpoints of the log and keys in the name of the house. */
export class Notary {
  readonly #deps: NotaryDependencies
  #signer: Signer
  #publicKeys: readonly PublicJwk[]

  private constructor(deps: NotaryDependencies, signer: Signer, publicKeys: readonly PublicJwk[]) {
    this.#deps = deps
    this.#signer = signer
    this.#publicKeys = publicKeys
  }

  /** Opens with the latest key of the log. If its private half is missing, creates a key and states so in the log. */
  static async open(deps: NotaryDependencies): Promise<Notary> {
    const { store, keys } = deps
    const known = await publicKeys(store)
    const current = known.at(-1)
    const signer = current === undefined ? null : await keys.read(current.kid)
    if (signer !== null) return new Notary(deps, signer, known)
    const made = await keys.create()
    const notary = new Notary(deps, made, known)
    await notary.#introduce(made, made, current === undefined ? 'first' : 'lost')
    return notary
  }

  /** Creates a key, which the previous one introduces in the log. */
  async rotate(): Promise<PublicJwk> {
    const next = await this.#deps.keys.create()
    await this.#introduce(next, this.#signer, 'rotated')
    this.#signer = next
    return next.jwk
  }

  /** All public keys that ever signed, the current one last. */
  get publicKeys(): readonly PublicJwk[] {
    return this.#publicKeys
  }

  async #introduce({ jwk }: Signer, by: Signer, reason: KeyStatement['reason']): Promise<void> {
    const at = this.#deps.clock.now()
    await this.#deps.store.inLog((tip) => {
      return logEntriesFor(tip, [
        (previous) => ({ auctionId: null, jws: signKey(by, { key: jwk, reason, at, previous }) }),
      ])
    })
    this.#publicKeys = [...this.#publicKeys, jwk]
  }

  /** Certificates of auctions that are over. Each is dated by the event that ended the auction. */
  certify(tip: LogTip, auctions: readonly Uncertified[]): readonly LogEntry[] {
    const { rules, software } = this.#deps
    const certificates = auctions.map(({ auction, head }) => (previous: string) => {
      const at = auction.latestAt
      return {
        auctionId: auction.id,
        jws: signCertificate(this.#signer, { auction, head, at, rules, software, previous }),
      }
    })
    return logEntriesFor(tip, certificates)
  }

  acceptance(facts: Parameters<typeof signAccepted>[1]): string {
    return signAccepted(this.#signer, facts)
  }

  refusal(facts: Refusal): string {
    return signRefused(this.#signer, facts)
  }

  checkpoint(size: number, root: string): string {
    return signCheckpoint(this.#signer, { size, root, at: this.#deps.clock.now() })
  }
}

type UnindexedStatement = Omit<Statement, 'index'>

/** The entries that append these statements to the log. Each statement names the leaf hash of the one before. */
function logEntriesFor(tip: LogTip, statements: readonly ((previous: string) => UnindexedStatement)[]): LogEntry[] {
  const frontier = new Map(tip.frontier.map((node) => [nodeName(node), node.hash]))
  let { previous } = tip
  return statements.map((statement, i) => {
    const { auctionId, jws } = statement(previous)
    const index = tip.size + i
    const nodes = nodesAdded(jws, index, (key) => frontier.get(nodeName(key))!)
    for (const node of nodes) frontier.set(nodeName(node), node.hash)
    previous = leafHash(jws)
    return { index, auctionId, jws, nodes }
  })
}

/** The public keys that the log introduces, in order. Checks that each was signed by itself or by a key before it. */
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

const claimsShape = z.looseObject({})

function claimsOf(jws: string): unknown {
  return claimsShape.parse(JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString()))
}
