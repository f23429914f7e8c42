import { z } from 'zod'
import type { PublicJwk } from './jws.ts'
import { readJws } from './jws.ts'
import { type Kept, contradiction, readKept } from './kept.ts'
import { isConsistent, leafHash, rootFromInclusion } from './merkle.ts'
import { type Checkpoint, type LogProof, checkpoint, logConsistency, logProof } from './statements.ts'

/** Whether what the house showed of its log at several times is one log, and a certificate in it (docs/ledger.md). */

/** A kept checkpoint, or an answer of `/v1/log/checkpoint`, `/log/proof` or `/log/consistency`, by the name to complain about. */
export type Shown = { readonly name: string; readonly text: string }

type Judged = { readonly why: string } | { readonly notes: readonly string[] }

const signedRoot = z.looseObject({ checkpoint: z.string() })

const UNKNOWN = 'is no answer of /v1/log/checkpoint, /v1/log/proof or /v1/log/consistency'

/** Null, or why the certificate is not in the tree whose root is signed. */
export function proofFlaw(proof: LogProof, keys: readonly PublicJwk[]): string | null {
  const { certificate, index, size, hashes } = proof
  const said = readCheckpoint(proof.checkpoint, keys)
  if (said === null) return 'the checkpoint is not signed by a key that is believed'
  return said.size === size && rootFromInclusion(certificate, index, size, hashes) === said.root
    ? null
    : 'the certificate is not in the log of the checkpoint'
}

/**
 * `own` is the proof that the ledger brings; it was found right before. `others` are checkpoints that other ledgers bring:
 * they need not be joined to it, and must not say otherwise.
 */
export function judgeLog(
  shown: readonly Shown[],
  { own, others = [] }: { own: LogProof; others?: readonly Shown[] },
  keys: readonly PublicJwk[],
): Judged {
  const view = new LogView(own, keys)
  for (const { name, text } of others) {
    const why = view.compare(name, text)
    if (why !== null) return { why: `${name}: ${why}` }
  }
  for (const { name, text } of shown) {
    const why = view.take(name, text)
    if (why !== null) return { why: `${name}: ${why}` }
  }
  return view.judge()
}

/** Roots by size, and the sizes of trees that are known to hold the certificate or to be the beginning of such a tree. */
class LogView {
  readonly #own: LogProof
  readonly #keys: readonly PublicJwk[]
  readonly #roots = new Map<number, { root: string; name: string }>()
  readonly #links: { from: number; to: number; hashes: readonly string[]; name: string }[] = []
  readonly #joined = new Set<number>()
  /** Sizes of roots that nobody asked to be joined. */
  readonly #beside = new Set<number>()

  constructor(own: LogProof, keys: readonly PublicJwk[]) {
    this.#own = own
    this.#keys = keys
    this.#join(own.size)
    this.#root(own.checkpoint, 'the ledger')
  }

  /** Null, or what is wrong with it. */
  take(name: string, text: string): string | null {
    const given = readKept(text)
    if (given === null) return this.#root(text.trim(), name)
    if ('certificate' in given) {
      const proof = logProof.safeParse(given)
      return proof.success ? this.#proof(proof.data, name) : UNKNOWN
    }
    if ('checkpoint' in given) {
      const answer = signedRoot.safeParse(given)
      return answer.success ? this.#root(answer.data.checkpoint, name, given) : UNKNOWN
    }
    const link = logConsistency.safeParse(given)
    if (!link.success) return UNKNOWN
    this.#links.push({ ...link.data, name })
    return null
  }

  /** The checkpoint of another ledger. */
  compare(name: string, jws: string): string | null {
    const said = readCheckpoint(jws, this.#keys)
    // Another house's, or of keys that this ledger does not know: its own verdict says what it is worth.
    if (said === null) return null
    const isNew = !this.#roots.has(said.size)
    const why = this.#root(jws, name)
    if (why === null && isNew) this.#beside.add(said.size)
    return why
  }

  judge(): Judged {
    for (const { from, to, hashes, name } of this.#links) {
      const [before, after] = [this.#roots.get(from), this.#roots.get(to)]
      if (before === undefined || after === undefined)
        return { why: `${name}: there is no checkpoint of ${before === undefined ? from : to} statements to compare` }
      if (!isConsistent({ size: from, root: before.root }, { size: to, root: after.root }, hashes))
        return { why: `${name}: the log of ${to} statements does not go on from that of ${from}` }
    }
    this.#spread()
    for (const [size, { name }] of this.#roots)
      if (!this.#joined.has(size) && !this.#beside.has(size)) return { why: `${name}: ${this.#missing(size)}` }
    const sizes = [...this.#joined].toSorted((a, b) => a - b)
    const { index, size } = this.#own
    const found = `the certificate is statement ${index} of ${size} in the log`
    return { notes: sizes.length === 1 ? [found] : [found, `one log at ${sizes.join(', ')} statements`] }
  }

  #proof(proof: LogProof, name: string): string | null {
    if (leafHash(proof.certificate) !== leafHash(this.#own.certificate)) return 'the proof is of another certificate'
    if (proof.index !== this.#own.index)
      return `the certificate is statement ${proof.index} there, and ${this.#own.index} in the ledger`
    const why = proofFlaw(proof, this.#keys) ?? this.#root(proof.checkpoint, name)
    if (why === null) this.#join(proof.size)
    return why
  }

  /** `given` is the answer that held it. */
  #root(jws: string, name: string, given: Kept = {}): string | null {
    const said = readCheckpoint(jws, this.#keys)
    if (said === null) return 'the checkpoint is not signed by a key that is believed'
    const { size, root } = said
    const wrong = contradiction(given, { size, root })
    if (wrong !== null) return `says another ${wrong} than its checkpoint signs`
    const known = this.#roots.get(said.size)
    if (known !== undefined && known.root !== said.root)
      return `the house signed two logs of ${said.size} statements, this one and that of ${known.name}`
    this.#roots.set(said.size, { root: said.root, name })
    this.#beside.delete(said.size)
    return null
  }

  #join(size: number): void {
    this.#joined.add(size)
  }

  /** What is linked to a tree that is joined is joined as well, either way. */
  #spread(): void {
    for (let before = -1; before !== this.#joined.size;) {
      before = this.#joined.size
      for (const { from, to } of this.#links)
        if (this.#joined.has(from) || this.#joined.has(to)) {
          this.#join(from)
          this.#join(to)
        }
    }
  }

  #missing(size: number): string {
    const [from, to] = [Math.min(size, this.#own.size), Math.max(size, this.#own.size)]
    return `is of ${size} statements, the ledger's own of ${this.#own.size}: give the answer of /v1/log/consistency?from=${from}&to=${to} as well`
  }
}

function readCheckpoint(jws: string, keys: readonly PublicJwk[]): Checkpoint | null {
  return checkpoint.safeParse(readJws(jws, 'checkpoint', keys)?.payload).data ?? null
}
