import type { Audited } from '../ledger/audit.ts'
import type { Store } from './ports.ts'

/** Both chains of an auction as of one moment, with all that opens them; null where there is none. */
export async function auditedIn(store: Store, auctionId: string): Promise<Audited | null> {
  for (;;) {
    const [stored] = await store.read([{ auctionId, known: null }])
    if (stored === null || stored === undefined) return null
    const entries = await store.entries(auctionId, 0, Number.MAX_SAFE_INTEGER, Infinity)
    const privateEntries = await store.privateEntries(auctionId)
    const secrets = await store.bidSecrets(auctionId)
    const salts = new Map([...secrets].map(([id, { salt }]) => [id, salt]))
    const { head, privateHead, reserveSalt } = stored
    // Otherwise somebody changed it meanwhile.
    if (privateEntries.length === stored.version)
      return { auction: auctionId, head, privateHead, entries, privateEntries, salts, reserveSalt }
  }
}
