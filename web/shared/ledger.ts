import { client } from './session.ts'

export function ledgerAddress(auctionId: string): string {
  return `/v1/auctions/${auctionId}/ledger`
}

/** The exported ledger as text, asked for as whoever is signed in. Throws where it does not come. */
export async function readLedger(auctionId: string): Promise<string> {
  const token = await client.session.token()
  const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` }
  const response = await fetch(ledgerAddress(auctionId), { headers })
  if (!response.ok) throw new Error(`the ledger was answered by ${response.status}`)
  return response.text()
}
