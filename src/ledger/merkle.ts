import { createHash } from 'node:crypto'

/** The Merkle tree of RFC 6962, section 2.1: hashes as hexadecimal text, leaves as text in UTF-8. */

const LEAF = Buffer.from([0])
const NODE = Buffer.from([1])

export function leafHash(leaf: string): string {
  return createHash('sha256').update(LEAF).update(leaf).digest('hex')
}

function nodeHash(left: string, right: string): string {
  return createHash('sha256').update(NODE).update(left, 'hex').update(right, 'hex').digest('hex')
}

export const EMPTY_ROOT = createHash('sha256').digest('hex')

/** A tree that leaves are only added to. Keeps the hash of every complete subtree, so that a root or proof takes log n steps. */
export class MerkleTree {
  /** `#levels[k][i]` is the hash of the leaves from i·2ᵏ to (i+1)·2ᵏ. */
  readonly #levels: string[][] = [[]]

  get size(): number {
    return this.#levels[0]!.length
  }

  add(leaf: string): void {
    let hash = leafHash(leaf)
    for (let level = 0; ; level += 1) {
      const row = (this.#levels[level] ??= [])
      row.push(hash)
      if (row.length % 2 === 1) return
      hash = nodeHash(row.at(-2)!, hash)
    }
  }

  /** Of the first `size` leaves. */
  root(size = this.size): string {
    return size === 0 ? EMPTY_ROOT : this.#hash(0, size)
  }

  /** That the leaf at `index` is among the first `size` (RFC 6962, 2.1.1). */
  inclusion(index: number, size: number): string[] {
    return this.#path(index, 0, size)
  }

  /** That the first `from` leaves are the beginning of the first `to` (RFC 6962, 2.1.2). */
  consistency(from: number, to: number): string[] {
    return from === 0 || from === to ? [] : this.#subproof(from, 0, to, true)
  }

  #path(index: number, start: number, end: number): string[] {
    if (end - start === 1) return []
    const middle = start + split(end - start)
    return index < middle
      ? [...this.#path(index, start, middle), this.#hash(middle, end)]
      : [...this.#path(index, middle, end), this.#hash(start, middle)]
  }

  #subproof(from: number, start: number, end: number, whole: boolean): string[] {
    if (from === end) return whole ? [] : [this.#hash(start, end)]
    const middle = start + split(end - start)
    return from <= middle
      ? [...this.#subproof(from, start, middle, whole), this.#hash(middle, end)]
      : [...this.#subproof(from, middle, end, false), this.#hash(start, middle)]
  }

  #hash(start: number, end: number): string {
    const size = end - start
    const level = Math.log2(size)
    if (Number.isInteger(level) && start % size === 0) return this.#levels[level]![start / size]!
    const middle = start + split(size)
    return nodeHash(this.#hash(start, middle), this.#hash(middle, end))
  }
}

/** The largest power of two below `size`. */
function split(size: number): number {
  return 2 ** (Math.ceil(Math.log2(size)) - 1)
}

/** The root that a proof of inclusion leads to, or null where it cannot be one. */
export function rootFromInclusion(leaf: string, index: number, size: number, proof: readonly string[]): string | null {
  if (index < 0 || index >= size) return null
  let hash = leafHash(leaf)
  let [first, last] = [index, size - 1]
  for (const other of proof) {
    if (last === 0) return null
    if (first % 2 === 1 || first === last) {
      hash = nodeHash(other, hash)
      while (first % 2 === 0 && first !== 0) [first, last] = [half(first), half(last)]
    } else hash = nodeHash(hash, other)
    ;[first, last] = [half(first), half(last)]
  }
  return last === 0 ? hash : null
}

/** Whether a proof shows that a tree of size `from` and root `before` is the beginning of that of size `to` and root `after`. */
export function isConsistent(
  { size: from, root: before }: { size: number; root: string },
  { size: to, root: after }: { size: number; root: string },
  proof: readonly string[],
): boolean {
  if (from > to) return false
  if (from === to) return before === after && proof.length === 0
  if (from === 0) return proof.length === 0
  const path = Number.isInteger(Math.log2(from)) ? [before, ...proof] : [...proof]
  let [first, last] = [from - 1, to - 1]
  while (first % 2 === 1) [first, last] = [half(first), half(last)]
  let [old, now] = [path[0], path[0]]
  if (old === undefined || now === undefined) return false
  for (const other of path.slice(1)) {
    if (last === 0) return false
    if (first % 2 === 1 || first === last) {
      old = nodeHash(other, old)
      now = nodeHash(other, now)
      while (first % 2 === 0 && first !== 0) [first, last] = [half(first), half(last)]
    } else now = nodeHash(now, other)
    ;[first, last] = [half(first), half(last)]
  }
  return last === 0 && old === before && now === after
}

function half(n: number): number {
  return Math.floor(n / 2)
}
