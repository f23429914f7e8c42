/** What pages elsewhere import from `/client.js`: the whole client, and the check of ledgers. */
export * from '../src/sdk/index.ts'
export * from '../src/sdk/proof.ts'
