import type { AnswerView } from '../../src/sdk/index.ts'
import type { Kept } from '../../src/sdk/proof.ts'

/** Answers are kept here, on the bidder's own machine: what the house would have to say otherwise, it signed. */

const KEPT_MAX = 100

function nameOf(auctionId: string): string {
  return `martillo.receipts.${auctionId}`
}

export function receiptsOf(auctionId: string): Kept[] {
  try {
    return JSON.parse(localStorage.getItem(nameOf(auctionId)) ?? '[]') as Kept[]
  } catch {
    return []
  }
}

export function keepReceipt(auctionId: string, { receipt, bid: { amount, maximum, minimum, salt } }: AnswerView): void {
  const kept = receiptsOf(auctionId).filter((one) => one.receipt !== receipt)
  try {
    const all = [...kept, { receipt, bid: { amount, maximum, minimum, salt } }]
    localStorage.setItem(nameOf(auctionId), JSON.stringify(all.slice(-KEPT_MAX)))
  } catch {
    // A full or forbidden store must not stand in the way of a bid that was taken.
  }
}
