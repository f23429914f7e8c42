import { shown } from './canonical.ts'
import { GENESIS } from './chain.ts'
import { type PublicJwk, readJws } from './jws.ts'
import { proofFlaw } from './log-view.ts'
import { leafHash } from './merkle.ts'
import { fieldIn } from './shapes.ts'
import type { LedgerFile } from './reading.ts'
import { type Certificate, type KeyStatement, type LogProof, certificate } from './statements.ts'
import { Wrong } from './wrong.ts'

/** What a ledger's end is held to: its certificate, and the operator's log that holds it. */

/** The certificate, where it states what the entries lead to. */
export function checkCertificate(
  { stated, events }: LedgerFile,
  { certificate: jws }: LogProof,
  keys: readonly PublicJwk[],
): Certificate {
  const line = events.length + 2
  const signed = readJws(jws, 'certificate', keys)
  if (signed === null) throw new Wrong(line, 'the certificate is not signed by a key that is believed')
  const said = certificate.safeParse(signed.payload)
  if (!said.success) throw new Wrong(line, `the certificate's ${fieldIn(said.error)} is not as one is written`)
  const end = events.at(-1)
  const outcome = end?.type === 'auction.closed' ? end.data.outcome : null
  const extensions = events.filter((event) => event.type === 'closing.extended' && event.data.reason === 'bid').length
  const followed = {
    auction: stated.auction,
    status: end?.type === 'auction.closed' ? 'closed' : 'cancelled',
    outcome,
    entries: stated.entries,
    head: stated.head,
    extensions,
    at: end?.at,
  }
  for (const [name, value] of Object.entries(followed))
    if (shown(name, said.data[name as keyof Certificate]) !== shown(name, value))
      throw new Wrong(line, `the certificate states another ${name} than the entries lead to`)
  return said.data
}

/** The certificate is in the log whose root is signed. */
export function checkLog(own: LogProof, keys: readonly PublicJwk[], line: number): void {
  const flaw = proofFlaw(own, keys)
  if (flaw !== null) throw new Wrong(line, flaw)
}

/**
 * The statement that a certificate names before it is the one there, as far as the file shows: that of an odd place is the
 * first hash of its proof (RFC 6962, 2.1.1), the first of a log introduces its key, and no two name the same.
 */
export function checkPrevious(
  { previous }: Certificate,
  { index, hashes }: LogProof,
  {
    statements,
    introductions,
    line,
  }: { statements: readonly KeyStatement[]; introductions: readonly string[]; line: number },
): void {
  if (index === 0 || previous === GENESIS) throw new Wrong(line, 'the certificate names no statement before it')
  const before = index % 2 === 1 ? hashes[0] : previous
  if (previous !== before) throw new Wrong(line, 'the certificate names another statement before it than the log holds')
  if (index === 1 && previous !== leafHash(introductions[0]!))
    throw new Wrong(line, 'the log does not begin with the first key of the house')
  const named = [...statements.map((statement) => statement.previous), previous]
  if (new Set(named).size < named.length) throw new Wrong(line, 'two statements name the same one before them')
}
