const at = (line: number | null) => (line === null ? '' : ` (line ${line})`)

export const texts = {
  verify: 'Verify this result',
  checking: 'Checking …',
  unable: 'It could not be checked here: this browser cannot check signatures, or the ledger did not come.',
  holds: 'This result holds. It was checked on your device.',
  chain: (entries: number) => `${entries} entries, each sealed by the one after it`,
  signed: (key: string) => `Signed by the house, key ${key}…`,
  logged: (index: number, size: number) => `Statement ${index} of ${size} in the log of the house`,
  receipts: (count: number) => (count === 1 ? 'Your own receipt is kept' : `Your own ${count} receipts are kept`),
  download: 'Download the ledger',
  broken: {
    file: (line: number | null) => `This does not hold: the ledger cannot be read${at(line)}.`,
    chain: (line: number | null) => `This does not hold: the chain of entries is broken${at(line)}.`,
    certificate: (line: number | null) =>
      `This does not hold: what the house signed is not what the entries lead to${at(line)}.`,
    log: (line: number | null) => `This does not hold: the certificate is not in the log of the house${at(line)}.`,
    receipt: (line: number | null) => `This does not hold: one of your own receipts says otherwise${at(line)}.`,
  },
}

export type Texts = typeof texts
