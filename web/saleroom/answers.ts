/** What a bid's answer needs: loaded with the first bid, for whoever only watches needs none of it. */
export { explain } from '../shared/refusals.ts'
export { keepReceipt } from '../shared/receipts.ts'
