import type { OwnBid, Page, Paging } from '../../engine/ports.ts'
import type { Sqlite } from './database.ts'
import { auctionAt } from './place.ts'
import { BID, type BidRow, bidOf } from './rows.ts'

/** So many are put in at once: they share pages, of which each by itself would write one. */
const GATHERED_AT_ONCE = 250

const AFTER_EVERY_ID = 'g'

/** Everybody's own bids: a table that is behind by some, and the latest answers, among which those are. */
export class OwnBids {
  readonly #sqlite: Sqlite

  constructor(sqlite: Sqlite) {
    this.#sqlite = sqlite
  }

  /** The newest first. The cursor is the bid's own id: an auction's numbers would tell of other people's silent raises. */
  of(userId: string, { limit, cursor }: Paging): Page<OwnBid> {
    const before = cursor ?? AFTER_EVERY_ID
    const rows = this.#sqlite.all<BidRow & { auction_id: string; salt: string }>(
      `SELECT ${BID}, a.id AS auction_id, w.salt FROM (
         SELECT place FROM (SELECT place FROM own_bids WHERE user_id = ? AND id < ? ORDER BY id DESC LIMIT ?)
         UNION ALL
         SELECT place FROM answers WHERE number > (SELECT answer FROM gathered) AND user_id = ?
       ) own JOIN deeds d ON d.place = own.place JOIN auctions a ON a.number = ${auctionAt('own.place')}
         JOIN answers w ON w.number = d.answer
       WHERE d.id < ? ORDER BY d.id DESC LIMIT ?`,
      userId,
      before,
      limit + 1,
      userId,
      before,
      limit + 1,
    )
    const items = rows.slice(0, limit)
    return {
      items: items.map((row) => ({ auctionId: row.auction_id, bid: bidOf(row), salt: row.salt })),
      nextCursor: rows.length > limit ? items.at(-1)!.id : null,
    }
  }

  /** Where there are many: writes. */
  gatherMany(): void {
    const { behind } = this.#sqlite.get<{ behind: number }>(
      'SELECT (SELECT ifnull(max(number), 0) FROM answers) - answer AS behind FROM gathered',
    )!
    if (behind >= GATHERED_AT_ONCE) this.#sqlite.transaction(() => this.gather())
  }

  /** In a transaction. */
  gather(): void {
    this.#sqlite.run(
      `INSERT INTO own_bids SELECT a.user_id, d.id, a.place FROM answers a JOIN deeds d ON d.place = a.place
       WHERE a.number > (SELECT answer FROM gathered) ORDER BY a.user_id, d.id`,
    )
    this.settle()
  }

  /** In a transaction: all answers there are belong to bids that are gathered. */
  settle(): void {
    this.#sqlite.run('UPDATE gathered SET answer = (SELECT ifnull(max(number), 0) FROM answers)')
  }
}
