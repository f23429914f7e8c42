import { z } from 'zod'
import { readCanonical } from './canonical.ts'
import { type PublicJwk, exactJwk } from './jws.ts'

/** Answers of the API that somebody kept: JSON as it came, numbers as numbers or as a ledger writes them. More may be in it. */

export type Kept = Readonly<Record<string, unknown>>

/** Null where it is no JSON object: then it may be the bare JWS. */
export function readKept(text: string): Kept | null {
  try {
    const given = readCanonical(text)
    return typeof given === 'object' && given !== null && !Array.isArray(given) ? (given as Kept) : null
  } catch {
    return null
  }
}

/** The first field of an answer that says otherwise than what is signed, or null. What it leaves out it does not deny. */
export function contradiction(given: Kept, signed: Kept): string | null {
  return Object.keys(signed).find((name) => Object.hasOwn(given, name) && given[name] !== signed[name]) ?? null
}

const jwkSet = z.object({ keys: z.array(exactJwk).min(1) })

/** The keys of a kept answer of `/v1/keys`, each of them once; null where it is none. */
export function readKeySet(text: string): PublicJwk[] | null {
  const keys = jwkSet.safeParse(readKept(text)).data?.keys
  return keys !== undefined && new Set(keys.map(({ kid }) => kid)).size === keys.length ? keys : null
}
