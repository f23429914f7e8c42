import type { Instant } from '../../domain/instant.ts'
import type { Queries } from './connections.ts'
import { locks } from './locks.ts'

export type Node = {
  /** The program's name, its version and the machine's name. */
  readonly name: string
  /** Null for a connection through a Unix socket. */
  readonly address: string | null
  readonly since: Instant
}

/** The nodes that live: those that hold the lock of a node, the oldest first. */
export function nodesOf(queries: Queries): Promise<Node[]> {
  return queries.all<Node>(
    `SELECT application_name AS name, host(client_addr) AS address, floor(extract(epoch FROM backend_start) * 1000)::bigint AS since
     FROM pg_locks JOIN pg_stat_activity USING (pid)
     WHERE locktype = 'advisory' AND granted AND classid = 0 AND objid = $1 AND objsubid = 1
       AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())
     ORDER BY backend_start, pid`,
    locks.nodes,
  )
}

/** Public auctions that are over and have no certificate yet. */
export async function certificatesOwed(queries: Queries): Promise<number> {
  const row = await queries.get<{ owed: number }>(
    `SELECT count(*) AS owed FROM auctions a
     WHERE status IN ('closed', 'cancelled') AND hidden = 0 AND NOT EXISTS (SELECT FROM statements WHERE auction_id = a.id)`,
  )
  return row!.owed
}
