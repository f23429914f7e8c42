import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** SHA-256 of the rules of bidding that this program follows, hexadecimal. */
export function rulesHash(): string {
  const rules = readFileSync(new URL('../../docs/rules.md', import.meta.url))
  return createHash('sha256').update(rules).digest('hex')
}
