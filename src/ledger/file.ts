import { z } from 'zod'
import { canonical } from './canonical.ts'
import { exactJwk } from './jws.ts'
import { count, hash, id } from './shapes.ts'
import { type LogProof, logProof } from './statements.ts'

/** The exported ledger: a header, the public entries as they were hashed, and after the end the certificate. One line each. */

export const LEDGER_VERSION = 'martillo ledger v2'

export const header = z.strictObject({
  ledger: z.literal(LEDGER_VERSION),
  auction: id,
  entries: count,
  head: hash,
  keys: z.array(exactJwk).min(1),
  /** The statements of the log that introduce the keys, in order. */
  introductions: z.array(z.string()),
})
export type LedgerHeader = z.output<typeof header>

type Stated = Omit<LedgerHeader, 'ledger' | 'keys'> & { readonly keys: readonly LedgerHeader['keys'][number][] }

export function headerLine(stated: Stated): string {
  return canonical({ ledger: LEDGER_VERSION, ...stated })
}

/** Strict, where an answer of the log may have fields added: a line of a ledger is of one version. */
export const ending = z.strictObject(logProof.shape)

export function certificateLine(proof: LogProof): string {
  return canonical(proof)
}
