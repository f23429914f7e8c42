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

/** A complete subtree: the hash of the leaves from position·2^level to (position + 1)·2^level. */
export type MerkleNode = { readonly level: number; readonly position: number; readonly hash: string }
export type NodeKey = Omit<MerkleNode, 'hash'>

/** A key as a name, for maps. */
export function nodeName({ level, position }: NodeKey): string {
  return `${level} ${position}`
}

/** The hash of a complete subtree that is kept. */
export type HashOf = (key: NodeKey) => string

/** The leaves from `start` to `end`, without that. */
type Range = { readonly start: number; readonly end: number }

/** The subtrees that become complete with one more leaf behind `size` others. */
export function nodesAdded(leaf: string, size: number, hashOf: HashOf): MerkleNode[] {
  const nodes: MerkleNode[] = [{ level: 0, position: size, hash: leafHash(leaf) }]
  for (let { level, position, hash } = nodes[0]!; position % 2 === 1;) {
    hash = nodeHash(hashOf({ level, position: position - 1 }), hash)
    level += 1
    position = half(position)
    nodes.push({ level, position, hash })
  }
  return nodes
}

/** Of the first `size` leaves. */
export function rootOf(size: number, hashOf: HashOf): string {
  return size === 0 ? EMPTY_ROOT : hashOfRange({ start: 0, end: size }, hashOf)
}

/** That the leaf at `index` is among the first `size` (RFC 6962, 2.1.1): hashes of these ranges. */
export function inclusion(index: number, size: number): Range[] {
  return path(index, { start: 0, end: size })
}

/** That the first `from` leaves are the beginning of the first `to` (RFC 6962, 2.1.2): hashes of these ranges. */
export function consistency(from: number, to: number): Range[] {
  return from === 0 || from === to ? [] : subproof(from, { start: 0, end: to }, true)
}

/** The complete subtrees that ranges consist of: a root or a proof needs some log n of them. */
export function nodesOf(ranges: readonly Range[]): NodeKey[] {
  return ranges.flatMap((range) => {
    const complete = completeSubtree(range)
    return complete === null ? nodesOf(halves(range)) : [complete]
  })
}

export function hashOfRange(range: Range, hashOf: HashOf): string {
  const complete = completeSubtree(range)
  if (complete !== null) return hashOf(complete)
  const [left, right] = halves(range)
  return nodeHash(hashOfRange(left, hashOf), hashOfRange(right, hashOf))
}

function path(index: number, range: Range): Range[] {
  if (range.end - range.start === 1) return []
  const [left, right] = halves(range)
  return index < left.end ? [...path(index, left), right] : [...path(index, right), left]
}

function subproof(from: number, range: Range, isWhole: boolean): Range[] {
  if (from === range.end) return isWhole ? [] : [range]
  const [left, right] = halves(range)
  return from <= left.end ? [...subproof(from, left, isWhole), right] : [...subproof(from, right, false), left]
}

function halves({ start, end }: Range): [Range, Range] {
  const middle = start + split(end - start)
  return [
    { start, end: middle },
    { start: middle, end },
  ]
}

function completeSubtree({ start, end }: Range): NodeKey | null {
  const level = Math.log2(end - start)
  return Number.isInteger(level) && start % (end - start) === 0 ? { level, position: start / (end - start) } : null
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
