import { copyFileSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Sqlite } from '../../src/adapters/sqlite/database.ts'
import { temporaryFolder } from '../support/service.ts'
import { certainOffer, placed } from './kit/bidding.ts'
import { rounds } from './kit/form.ts'
import { CrashHouse } from './kit/house.ts'

const WAL_HEADER_BYTES = 32
const FRAME_HEADER_BYTES = 24
const BIDS = rounds(6, 100)

/**
 * Without root there is no power to cut. What is shown here: a bid is whole in the WAL before it is answered, and a WAL
 * that ends anywhere, or in rubbish, opens with every bid whose commit lies before. Whether it was synced is not shown.
 */
test(
  `[torn] of ${BIDS} bids each is there wherever the WAL ends after its answer, and the database opens wherever it ends`,
  { timeout: 300_000 },
  async () => {
    const house = await CrashHouse.open(temporaryFolder())
    // A clean end leaves no WAL, so that all that follows is in one that was never begun anew.
    await house.kill('SIGTERM')
    await house.start()
    const wal = join(house.dataDir, 'martillo.db-wal')
    const answered: { id: string; bytes: number }[] = []
    for (let i = 0; i < BIDS; i += 1) {
      const attempt = { auction: house.auctions[0]!, bidder: house.bidders[i % 2]!, key: `${i}`, offer: certainOffer() }
      const answer = await placed(attempt)
      if (answer === null || typeof answer === 'string') throw new Error(`not accepted: ${answer}`)
      answered.push({ id: answer.bid.id, bytes: statSync(wal).size })
    }
    await house.kill()

    const from = answered[0]!.bytes
    const ends = cuts(readFileSync(wal), from)
    expect(ends.length).toBeGreaterThan(BIDS)
    for (const bytes of ends)
      for (const rubbish of [false, true]) {
        const there = new Set(bidsAfter(house.dataDir, bytes, rubbish))
        const promised = answered.filter((one) => one.bytes <= bytes)
        expect({ bytes, rubbish, lost: promised.filter(({ id }) => !there.has(id)) }).toEqual({
          bytes,
          rubbish,
          lost: [],
        })
      }
    // And not because all of it were there in any case.
    expect(bidsAfter(house.dataDir, from, false).length).toBeLessThan(BIDS)
  },
)

/** Behind every frame from `from` on, in the middle of each, and in its header. */
function cuts(wal: Buffer, from: number): number[] {
  const frame = FRAME_HEADER_BYTES + wal.readUInt32BE(8)
  const ends: number[] = []
  for (let end = WAL_HEADER_BYTES; end < wal.length; end += frame)
    if (end >= from) ends.push(end, end + FRAME_HEADER_BYTES / 2, end + Math.floor(frame / 2))
  return [...ends, wal.length]
}

/** The bids in a copy whose WAL ends after so many bytes, and goes on in `rubbish` where the disk had begun to write. */
function bidsAfter(dataDir: string, bytes: number, rubbish: boolean): string[] {
  const copy = temporaryFolder()
  copyFileSync(join(dataDir, 'martillo.db'), join(copy, 'martillo.db'))
  const wal = readFileSync(join(dataDir, 'martillo.db-wal'))
  const torn = rubbish ? Buffer.from(wal).fill(0xa5, bytes) : wal.subarray(0, bytes)
  writeFileSync(join(copy, 'martillo.db-wal'), torn)
  const sqlite = new Sqlite(copy, { as: 'service' })
  try {
    expect(sqlite.get<{ integrity_check: string }>('PRAGMA integrity_check')).toEqual({ integrity_check: 'ok' })
    return sqlite.all<{ id: string }>('SELECT id FROM audit_log WHERE id IS NOT NULL').map(({ id }) => id)
  } finally {
    sqlite.close()
  }
}
