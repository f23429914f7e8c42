import type { Instant } from '../../domain/instant.ts'
import type { Copy, RecordedPicture, ReferencedPictures, PictureRecords } from '../../engine/house-ports.ts'
import type { Postgres } from './connections.ts'

/** Copies without an owner, who was erased, are never due. */
const DUE_BY_PERSON = `
  WITH oldest AS (
    SELECT c.*, row_number() OVER (PARTITION BY c.user_id ORDER BY c.next_at, c.address) AS place
    FROM (SELECT DISTINCT user_id FROM copies WHERE next_at <= $1) AS persons CROSS JOIN LATERAL (
      SELECT address, user_id, tries, next_at FROM copies WHERE user_id = persons.user_id AND next_at <= $1
      ORDER BY next_at, address LIMIT $2
    ) AS c
  )
  SELECT address, user_id AS "userId", tries FROM oldest WHERE address <> ALL ($3::text[])
  ORDER BY place, next_at, address LIMIT $2`

export class PostgresPictures implements PictureRecords {
  readonly #postgres: Postgres

  constructor(postgres: Postgres) {
    this.#postgres = postgres
  }

  async record({ name, userId, bytes, at }: RecordedPicture): Promise<void> {
    await this.#postgres.run(
      `INSERT INTO pictures (name, user_id, bytes, at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (name) DO UPDATE SET at = excluded.at, user_id = coalesce(pictures.user_id, excluded.user_id)`,
      name,
      userId,
      bytes,
      at,
    )
  }

  async bytesOf(userId: string): Promise<number> {
    const sql = 'SELECT coalesce(sum(bytes), 0)::bigint AS bytes FROM pictures WHERE user_id = $1'
    return (await this.#postgres.get<{ bytes: number }>(sql, userId))!.bytes
  }

  async known(): Promise<ReadonlyMap<string, Instant>> {
    const rows = await this.#postgres.all<{ name: string; at: Instant }>('SELECT name, at FROM pictures')
    return new Map(rows.map(({ name, at }) => [name, at]))
  }

  async forget(name: string): Promise<void> {
    await this.#postgres.run('DELETE FROM pictures WHERE name = $1', name)
  }

  async named(after: number, limit: number): Promise<readonly ReferencedPictures[]> {
    const rows = await this.#postgres.all<{ number: number; sellerId: string; images: string | null }>(
      `SELECT number, seller_id AS "sellerId", state::json ->> 'images' AS images FROM auctions
       WHERE number > $1 ORDER BY number LIMIT $2`,
      after,
      limit,
    )
    return rows.map(({ images, ...auction }) => ({ ...auction, images: JSON.parse(images ?? '[]') as string[] }))
  }

  /** Inserts in the order of the addresses, so that two transactions for the same ones cannot deadlock. */
  async want(addresses: readonly string[], userId: string, at: Instant): Promise<void> {
    await this.#postgres.run(
      `INSERT INTO copies (address, user_id, tries, next_at)
       SELECT address, $2::text, 0, $3::bigint FROM (SELECT DISTINCT unnest($1::text[]) AS address) AS wanted ORDER BY address
       ON CONFLICT (address) DO UPDATE SET tries = 0, next_at = excluded.next_at
         WHERE copies.name IS NULL AND copies.next_at IS NULL`,
      addresses,
      userId,
      at,
    )
  }

  async copyOf(address: string): Promise<string | null> {
    const sql = 'SELECT name FROM copies WHERE address = $1'
    return (await this.#postgres.get<{ name: string | null }>(sql, address))?.name ?? null
  }

  async copies(): Promise<ReadonlyMap<string, string | null>> {
    const rows = await this.#postgres.all<{ address: string; name: string | null }>('SELECT address, name FROM copies')
    return new Map(rows.map(({ address, name }) => [address, name]))
  }

  dueCopies(at: Instant, most: number, underWay: readonly string[]): Promise<readonly Copy[]> {
    return this.#postgres.all<Copy>(DUE_BY_PERSON, at, most, underWay)
  }

  async copied(address: string, name: string): Promise<void> {
    await this.#postgres.run('UPDATE copies SET name = $2, next_at = NULL WHERE address = $1', address, name)
  }

  async copyFailed(address: string, nextAt: Instant | null): Promise<void> {
    await this.#postgres.run('UPDATE copies SET tries = tries + 1, next_at = $2 WHERE address = $1', address, nextAt)
  }

  async forgetCopy(address: string): Promise<void> {
    await this.#postgres.run('DELETE FROM copies WHERE address = $1', address)
  }
}
