import { type HashOf, consistency, hashOfRange, inclusion, nodesAdded, rootOf } from '../../src/ledger/merkle.ts'

/** A tree in memory that leaves are only added to. */
export class MerkleTree {
  size = 0
  readonly #hashes = new Map<string, string>()
  readonly #hashOf: HashOf = ({ level, position }) => this.#hashes.get(`${level} ${position}`)!

  add(leaf: string): void {
    for (const { level, position, hash } of nodesAdded(leaf, this.size, this.#hashOf))
      this.#hashes.set(`${level} ${position}`, hash)
    this.size += 1
  }

  root(size = this.size): string {
    return rootOf(size, this.#hashOf)
  }

  inclusion(index: number, size: number): string[] {
    return inclusion(index, size).map((range) => hashOfRange(range, this.#hashOf))
  }

  consistency(from: number, to: number): string[] {
    return consistency(from, to).map((range) => hashOfRange(range, this.#hashOf))
  }
}
