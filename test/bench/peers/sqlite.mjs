import Database from 'better-sqlite3'
import { join } from 'node:path'
import { decide } from './rules.mjs'

/** better-sqlite3 with a transaction a bid, and the durability of the service: WAL, synchronous=FULL. */
export async function openSqlite(dataDir) {
  const db = new Database(join(dataDir, 'peer.db'))
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.exec(`CREATE TABLE auctions (id TEXT PRIMARY KEY, price INTEGER, leader TEXT, maximum INTEGER, closesAt INTEGER, seq INTEGER) STRICT;
    CREATE TABLE bids (auction TEXT, seq INTEGER, user TEXT, amount INTEGER, price INTEGER, key TEXT, at INTEGER,
      PRIMARY KEY (auction, seq), UNIQUE (auction, user, key)) STRICT`)
  const add = db.prepare('INSERT INTO auctions VALUES (?, 1, NULL, 0, ?, 0)')
  const read = db.prepare('SELECT * FROM auctions WHERE id = ?')
  const prior = db.prepare('SELECT seq, price FROM bids WHERE auction = ? AND user = ? AND key = ?')
  const insert = db.prepare('INSERT INTO bids VALUES (?, ?, ?, ?, ?, ?, ?)')
  const update = db.prepare(
    'UPDATE auctions SET price = ?, leader = ?, maximum = ?, closesAt = ?, seq = ? WHERE id = ?',
  )
  const bid = db.transaction(({ auction, user, amount, key, at }) => {
    const known = prior.get(auction, user, key)
    if (known !== undefined) return { ok: true, ...known }
    const next = decide(read.get(auction), { user, amount, at })
    if (next.refused !== undefined) return { ok: false, ...next }
    const { price, leader, maximum, closesAt, seq } = next
    insert.run(auction, seq, user, amount, price, key, at)
    update.run(price, leader, maximum, closesAt, seq, auction)
    return { ok: true, seq, price, event: { auction, seq, user, amount, price, leader, closesAt, at } }
  })
  return {
    create: async (count) =>
      db.transaction(() => {
        for (let i = 0; i < count; i += 1) add.run(`auction-${i}`, Date.now() + 86_400_000)
      })(),
    bid: async (order) => bid.immediate(order),
    close: async () => db.close(),
  }
}
