import type { Instant } from '../../domain/instant.ts'
import type { Copy, RecordedPicture, ReferencedPictures, PictureRecords } from '../../engine/house-ports.ts'
import type { Sqlite } from './database.ts'

type CopyRow = { address: string; name: string | null; user_id: string; tries: number }

/** Costs one index seek a person, however many addresses are queued. Those of erased persons (null) are not fetched. */
const DUE_BY_PERSON = `
  WITH RECURSIVE persons (id) AS (
    SELECT min(user_id) FROM copies WHERE next_at IS NOT NULL
    UNION ALL
    SELECT (SELECT min(user_id) FROM copies WHERE next_at IS NOT NULL AND user_id > id) FROM persons WHERE id IS NOT NULL
  ),
  oldest AS (
    SELECT c.*, row_number() OVER (PARTITION BY c.user_id ORDER BY c.next_at, c.address) AS place
    FROM persons CROSS JOIN copies c ON c.address IN (
      SELECT address FROM copies WHERE user_id = persons.id AND next_at <= :at ORDER BY next_at, address LIMIT :most
    )
  )
  SELECT * FROM oldest WHERE address NOT IN (SELECT value FROM json_each(:underWay)) ORDER BY place, next_at, address LIMIT :most`

export class SqlitePictures implements PictureRecords {
  readonly #sqlite: Sqlite

  constructor(sqlite: Sqlite) {
    this.#sqlite = sqlite
  }

  async record({ name, userId, bytes, at }: RecordedPicture): Promise<void> {
    this.#sqlite.run(
      `INSERT INTO pictures (name, user_id, bytes, at) VALUES (?, ?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET at = excluded.at, user_id = ifnull(user_id, excluded.user_id)`,
      name,
      userId,
      bytes,
      at,
    )
  }

  async bytesOf(userId: string): Promise<number> {
    return this.#sqlite.get<{ bytes: number }>(
      'SELECT ifnull(sum(bytes), 0) AS bytes FROM pictures WHERE user_id = ?',
      userId,
    )!.bytes
  }

  async known(): Promise<ReadonlyMap<string, Instant>> {
    const rows = this.#sqlite.all<{ name: string; at: Instant }>('SELECT name, at FROM pictures')
    return new Map(rows.map(({ name, at }) => [name, at]))
  }

  async forget(name: string): Promise<void> {
    this.#sqlite.run('DELETE FROM pictures WHERE name = ?', name)
  }

  async named(after: number, limit: number): Promise<readonly ReferencedPictures[]> {
    return this.#sqlite
      .all<{ number: number; sellerId: string; images: string | null }>(
        `SELECT number, seller_id AS sellerId, json_extract(state, '$.images') AS images FROM auctions
         WHERE number > ? ORDER BY number LIMIT ?`,
        after,
        limit,
      )
      .map(({ images, ...auction }) => ({ ...auction, images: JSON.parse(images ?? '[]') as string[] }))
  }

  async want(addresses: readonly string[], userId: string, at: Instant): Promise<void> {
    this.#sqlite.transaction(() => {
      for (const address of addresses)
        this.#sqlite.run(
          `INSERT INTO copies (address, user_id, tries, next_at) VALUES (?, ?, 0, ?)
           ON CONFLICT (address) DO UPDATE SET tries = 0, next_at = excluded.next_at WHERE name IS NULL AND next_at IS NULL`,
          address,
          userId,
          at,
        )
    })
  }

  async copyOf(address: string): Promise<string | null> {
    return this.#sqlite.get<CopyRow>('SELECT name FROM copies WHERE address = ?', address)?.name ?? null
  }

  async copies(): Promise<ReadonlyMap<string, string | null>> {
    const rows = this.#sqlite.all<CopyRow>('SELECT address, name FROM copies')
    return new Map(rows.map(({ address, name }) => [address, name]))
  }

  async dueCopies(at: Instant, most: number, underWay: readonly string[]): Promise<readonly Copy[]> {
    return this.#sqlite
      .all<CopyRow>(DUE_BY_PERSON, { at, most, underWay: JSON.stringify(underWay) })
      .map(({ address, user_id: userId, tries }) => ({ address, userId, tries }))
  }

  async copied(address: string, name: string): Promise<void> {
    this.#sqlite.run('UPDATE copies SET name = ?, next_at = NULL WHERE address = ?', name, address)
  }

  async copyFailed(address: string, nextAt: Instant | null): Promise<void> {
    this.#sqlite.run('UPDATE copies SET tries = tries + 1, next_at = ? WHERE address = ?', nextAt, address)
  }

  async forgetCopy(address: string): Promise<void> {
    this.#sqlite.run('DELETE FROM copies WHERE address = ?', address)
  }
}
