import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { EMPTY_ROOT, isConsistent, rootFromInclusion } from '../../src/ledger/merkle.ts'
import { MerkleTree } from './merkle-tree.ts'

/** RFC 6962, 2.1, word by word, to hold the tree against. */
function rootOf(leaves: readonly string[]): Buffer {
  const sha = (...parts: (string | Buffer)[]) =>
    Buffer.from(
      createHash('sha256')
        .update(Buffer.concat(parts.map((part) => Buffer.from(part))))
        .digest(),
    )
  if (leaves.length === 0) return sha('')
  if (leaves.length === 1) return sha(Buffer.of(0), leaves[0]!)
  let k = 1
  while (k * 2 < leaves.length) k *= 2
  return sha(Buffer.of(1), rootOf(leaves.slice(0, k)), rootOf(leaves.slice(k)))
}

const SIZE_MAX = 34
const leaves = Array.from({ length: SIZE_MAX }, (_, i) => `leaf ${i}`)

function treeOf(size: number): MerkleTree {
  const tree = new MerkleTree()
  for (const leaf of leaves.slice(0, size)) tree.add(leaf)
  return tree
}

test('[RFC 6962] roots of every size, also of the beginning of a larger tree', () => {
  const whole = treeOf(SIZE_MAX)
  for (let size = 0; size <= SIZE_MAX; size += 1) {
    const root = rootOf(leaves.slice(0, size)).toString('hex')
    expect(treeOf(size).root()).toBe(root)
    expect(whole.root(size)).toBe(root)
  }
  expect(treeOf(0).root()).toBe(EMPTY_ROOT)
})

test('[RFC 6962] a leaf is shown to be in every tree that holds it, and nothing else is', () => {
  const whole = treeOf(SIZE_MAX)
  for (let size = 1; size <= SIZE_MAX; size += 1)
    for (let index = 0; index < size; index += 1) {
      const proof = whole.inclusion(index, size)
      const root = whole.root(size)
      expect(rootFromInclusion(leaves[index]!, index, size, proof)).toBe(root)
      const shorter = proof.length === 0 ? [] : [rootFromInclusion(leaves[index]!, index, size, proof.slice(1))]
      const elsewhere = [index - 1, index + 1]
        .filter((other) => other >= 0 && other < size)
        .map((other) => rootFromInclusion(leaves[index]!, other, size, proof))
      const longer = rootFromInclusion(leaves[index]!, index, size, [...proof, root])
      const another = rootFromInclusion('another', index, size, proof)
      expect([...shorter, ...elsewhere, longer, another]).not.toContain(root)
      expect(rootFromInclusion(leaves[index]!, size, size, proof)).toBeNull()
    }
})

test('[RFC 6962] a tree is shown to go on from an earlier one, and from no other', () => {
  const whole = treeOf(SIZE_MAX)
  for (let to = 1; to <= SIZE_MAX; to += 1)
    for (let from = 0; from <= to; from += 1) {
      const proof = whole.consistency(from, to)
      const [before, after] = [
        { size: from, root: whole.root(from) },
        { size: to, root: whole.root(to) },
      ]
      expect(isConsistent(before, after, proof)).toBe(true)
      const nowhere = whole.root(0)
      const wrong = [
        from > 0 && isConsistent({ ...before, root: nowhere }, after, proof),
        from > 0 && isConsistent(before, { ...after, root: nowhere }, proof),
        proof.length > 0 && isConsistent(before, after, proof.slice(1)),
        from < to && isConsistent(after, before, proof),
      ]
      expect(wrong).toEqual([false, false, false, false])
    }
})
