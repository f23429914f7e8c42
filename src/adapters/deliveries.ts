import type { Instant } from '../domain/instant.ts'
import type {
  Deliveries,
  Delivery,
  DeliveryReads,
  DeliveryState,
  DeliveryWay,
  DeliveryWrites,
  NewDelivery,
  Settled,
} from '../engine/delivery-ports.ts'
import type { Page } from '../engine/ports.ts'
import type { Queries, Transactions } from './queries.ts'

const COLUMNS = `number, id, way, stream, user_id AS "userId", kind, auction_id AS "auctionId", body, at, state,
  next_at AS "nextAt", tries, error`

/** Deliveries, on either engine. */
export class DeliveryRecords implements Deliveries {
  readonly #db: Transactions

  constructor(db: Transactions) {
    this.#db = db
  }

  async deliveries({
    limit,
    cursor,
    state,
    way,
    webhook,
  }: Parameters<DeliveryReads['deliveries']>[0]): Promise<Page<Delivery>> {
    const rows = await this.#db.all<Delivery>(
      `SELECT ${COLUMNS} FROM deliveries
       WHERE number < $1 AND (CAST($2 AS text) IS NULL OR state = $2) AND (CAST($3 AS text) IS NULL OR way = $3)
         AND (CAST($5 AS text) IS NULL OR substr(stream, 1, length($5)) = $5)
       ORDER BY number DESC LIMIT $4`,
      cursor === null ? Number.MAX_SAFE_INTEGER : Number(cursor),
      state,
      way,
      limit + 1,
      webhook === undefined ? null : `webhook ${webhook} `,
    )
    const items = rows.slice(0, limit)
    return { items, nextCursor: rows.length > limit ? String(items.at(-1)!.number) : null }
  }

  async delivery(id: string): Promise<Delivery | null> {
    return (await this.#db.get<Delivery>(`SELECT ${COLUMNS} FROM deliveries WHERE id = $1`, id)) ?? null
  }

  deliveryCounts(): Promise<{ way: DeliveryWay; state: DeliveryState; count: number }[]> {
    return this.#db.all('SELECT way, state, count(*) AS count FROM deliveries GROUP BY way, state ORDER BY way, state')
  }

  async isAnyDue(at: Instant): Promise<boolean> {
    const due = "SELECT 1 AS found FROM deliveries WHERE state = 'waiting' AND next_at <= $1 LIMIT 1"
    return (await this.#db.get(due, at)) !== undefined
  }

  async lastSent({ way, userId, kind, auctionId }: Parameters<DeliveryReads['lastSent']>[0]): Promise<Instant | null> {
    const row = await this.#db.get<{ at: Instant | null }>(
      `SELECT max(settled_at) AS at FROM deliveries
       WHERE user_id = $1 AND kind = $2 AND auction_id = $3 AND way = $4 AND state = 'sent'`,
      userId,
      kind,
      auctionId,
      way,
    )
    return row?.at ?? null
  }

  async deliver(deliveries: readonly NewDelivery[]): Promise<void> {
    await this.#db.transaction((queries) => deliver(queries, deliveries))
  }

  take({ at, until, streams, perStream }: Parameters<DeliveryWrites['take']>[0]): Promise<Delivery[][]> {
    return this.#db.transaction(async (queries) => {
      // The second condition is looked at again behind the lock of a row that another node has taken meanwhile.
      const heads = await queries.all<{ stream: string; number: number }>(
        `UPDATE deliveries SET next_at = $2 WHERE number IN (
           SELECT number FROM deliveries d WHERE state = 'waiting' AND next_at <= $1
             AND NOT EXISTS (SELECT 1 FROM deliveries e
               WHERE e.stream = d.stream AND e.state = 'waiting' AND e.number < d.number)
           ORDER BY next_at LIMIT $3
         ) AND state = 'waiting' AND next_at <= $1 RETURNING stream, number`,
        at,
        until,
        streams,
      )
      const taken: Delivery[][] = []
      for (const { stream, number } of heads.toSorted((one, other) => one.number - other.number))
        taken.push(
          await queries.all<Delivery>(
            `SELECT ${COLUMNS} FROM deliveries
             WHERE stream = $1 AND state = 'waiting' AND number >= $2 AND (number = $2 OR next_at <= $3)
             ORDER BY number LIMIT $4`,
            stream,
            number,
            at,
            perStream,
          ),
        )
      return taken
    })
  }

  async settle(settled: readonly Settled[], at: Instant): Promise<void> {
    await this.#db.transaction(async (queries) => {
      for (const { number, state, nextAt, isTried, error } of settled)
        await queries.run(
          `UPDATE deliveries SET state = $2, next_at = $3, tries = tries + $4, error = $5, settled_at = $6
           WHERE number = $1 AND state = 'waiting'`,
          number,
          state,
          nextAt,
          isTried ? 1 : 0,
          error,
          state === 'waiting' ? null : at,
        )
    })
  }

  async redeliver(number: number, at: Instant): Promise<boolean> {
    const again = await this.#db.run(
      `UPDATE deliveries SET state = 'waiting', next_at = $2, tries = 0, at = $2, settled_at = NULL
       WHERE number = $1 AND state <> 'waiting'`,
      number,
      at,
    )
    return again === 1
  }

  removeDeliveries(before: Instant, most: number): Promise<number> {
    return this.#db.run(
      'DELETE FROM deliveries WHERE number IN (SELECT number FROM deliveries WHERE settled_at < $1 LIMIT $2)',
      before,
      most,
    )
  }
}

/** Adds deliveries in a transaction of what they tell. */
export async function deliver(queries: Queries, deliveries: readonly NewDelivery[]): Promise<void> {
  for (const { id, way, stream, userId, kind, auctionId, body, at, nextAt } of deliveries)
    await queries.run(
      `INSERT INTO deliveries (id, way, stream, user_id, kind, auction_id, body, at, state, next_at, tries)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting', $9, 0)`,
      id,
      way,
      stream,
      userId,
      kind,
      auctionId,
      body,
      at,
      nextAt,
    )
}
