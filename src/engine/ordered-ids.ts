import { randomUUIDv7 } from 'node:crypto'

/** UUIDv7 of which a later one is always the greater, also within a millisecond: for lists that are read in their order. */
export class OrderedIds {
  #last = ''

  next(): string {
    const id = randomUUIDv7()
    this.#last = id > this.#last ? id : behind(this.#last, id)
    return this.#last
  }
}

/** The next one by its time and the 12 bits behind it (RFC 9562, 6.2, method 1), otherwise as random as `fresh`. */
function behind(last: string, fresh: string): string {
  const [high, low, sub] = last.split('-') as [string, string, string]
  const hex = (BigInt(`0x${high}${low}${sub.slice(1)}`) + 1n).toString(16).padStart(15, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(12)}${fresh.slice(18)}`
}
