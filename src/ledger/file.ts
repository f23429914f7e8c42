import { z } from 'zod'
import type { ChannelEvent } from '../protocol.ts'
import { canonical } from './canonical.ts'
import { exactJwk } from './jws.ts'
import { count, hash, id } from './shapes.ts'
import { type LogProof, logProof } from './statements.ts'

/** The exported ledger: a header, the public entries as they were hashed, and after the end the certificate. One line each. */

/** The form of a ledger; its first entry names it as well. Earlier versions told less where a bid was made void, and name none there. */
export const LEDGER_FORM = 'martillo ledger v3' as const
const EARLIER_FORM = 'martillo ledger v2' as const

/** What the header says of a ledger that begins so. */
export function formOf({ ledger }: Pick<ChannelEvent, 'ledger'>): LedgerHeader['ledger'] {
  return ledger ?? EARLIER_FORM
}

export const header = z.strictObject({
  ledger: z.enum([LEDGER_FORM, EARLIER_FORM]),
  auction: id,
  entries: count,
  head: hash,
  keys: z.array(exactJwk).min(1),
  /** The statements of the log that introduce the keys, in order. */
  introductions: z.array(z.string()),
})
export type LedgerHeader = z.output<typeof header>

type Stated = Omit<LedgerHeader, 'keys'> & { readonly keys: readonly LedgerHeader['keys'][number][] }

export function headerLine(stated: Stated): string {
  return canonical(stated)
}

/** Strict, where an answer of the log may have fields added: a line of a ledger is of one version. */
export const ending = z.strictObject(logProof.shape)

export function certificateLine(proof: LogProof): string {
  return canonical(proof)
}
