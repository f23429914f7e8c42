import type { Postgres } from '../adapters/postgres/connections.ts'
import { renewEpoch as renewEpochIn } from '../adapters/postgres/epoch.ts'
import { certificatesOwed, nodesOf } from '../adapters/postgres/nodes.ts'
import { durabilityRisk } from '../adapters/postgres/requirements.ts'
import { connect, demandsOf } from '../adapters/postgres/storage.ts'
import { type Config, ConfigError, readConfig } from '../config.ts'

/** Commands that only a house on PostgreSQL has. */

export async function listNodes(): Promise<void> {
  await withPostgres('command', async (postgres, config) => {
    const nodes = await nodesOf(postgres)
    if (nodes.length === 0) console.log('No node runs on this database')
    for (const { name, address, since } of nodes)
      console.log([name, address ?? 'local', new Date(since).toISOString()].join('\t'))
    console.log(`${await certificatesOwed(postgres)} certificates owed`)
    const risk = await durabilityRisk(postgres, demandsOf(config))
    if (risk !== null) console.log(`At risk: ${risk}`)
  })
}

export async function renewEpoch(): Promise<void> {
  await withPostgres('only', renewEpochIn)
  console.log('The house begins a new history: start its nodes')
}

/** A server that could lose what it confirms is not refused: both commands are for whoever mends that. */
async function withPostgres(
  as: 'only' | 'command',
  work: (postgres: Postgres, config: Config) => Promise<void>,
): Promise<void> {
  const config = readConfig()
  if (config.DATABASE_URL === null)
    throw new ConfigError('DATABASE_URL is not set: this house is on SQLite, and one process is all there is')
  const { postgres, lock } = await connect({ ...config, DURABILITY: 'trusted' }, { as })
  try {
    await work(postgres, config)
  } finally {
    lock.release()
    await postgres.close()
  }
}
