import { randomBytes } from 'node:crypto'
import type { Queries } from './connections.ts'

/** The epoch names a history: who watches another one begins anew from a snapshot. */

export function newEpoch(): string {
  return randomBytes(8).toString('hex')
}

/** Of a migrated database. */
export async function epochOf(queries: Queries): Promise<string> {
  return (await queries.get<{ value: string }>("SELECT value FROM service WHERE name = 'epoch'"))!.value
}

/** Whoever watches begins anew, and nobody's cached state counts. No node may run. */
export async function renewEpoch(queries: Queries): Promise<void> {
  await queries.run("UPDATE service SET value = $1 WHERE name = 'epoch'", newEpoch())
}
