import type { DatabaseTime } from '../../engine/house-clock.ts'
import type { Queries } from './connections.ts'

/** The time of a house: the clock of its database, and by how much the house is ahead of that since it went back. */

/** How long no node must have lived for the house to go by the database's clock alone again. */
const ABSENT_MS_MIN = 600_000

const CLOCK = '(extract(epoch FROM clock_timestamp()) * 1000)::double precision'
const AHEAD = "coalesce((SELECT value::double precision FROM service WHERE name = 'clock_ahead_ms'), 0)"

export function timeOf(queries: Queries): DatabaseTime {
  return {
    now: async () => (await queries.get<{ now: number }>(`SELECT ${CLOCK} + ${AHEAD} AS now`))!.now,
    // The furthest ahead wins: nodes that notice at the same moment carry the same time.
    goOnFrom: async (carried) => {
      await queries.run(
        `INSERT INTO service (name, value) VALUES ('clock_ahead_ms', round($1::double precision - ${CLOCK})::bigint::text)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE service.value::bigint < excluded.value::bigint`,
        carried,
      )
    },
  }
}

/** Takes the house back to the database's clock, if that is past everything it has stamped and nobody lived for a while. */
export async function settleTime(queries: Queries): Promise<void> {
  await queries.run(
    `DELETE FROM service WHERE name = 'clock_ahead_ms'
       AND (SELECT value::bigint FROM service WHERE name = 'alive_at') + $1::bigint < ${CLOCK}`,
    ABSENT_MS_MIN,
  )
}
