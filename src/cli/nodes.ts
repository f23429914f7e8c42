import type { Postgres } from '../adapters/postgres/connections.ts'
import { renewEpoch as renewEpochIn } from '../adapters/postgres/epoch.ts'
import { certificatesOwed, nodesOf } from '../adapters/postgres/nodes.ts'
import { connect } from '../adapters/postgres/storage.ts'
import { ConfigError, readConfig } from '../config.ts'

/** Commands that only a house on PostgreSQL has. */

export async function listNodes(): Promise<void> {
  await withPostgres('command', async (postgres) => {
    const nodes = await nodesOf(postgres)
    if (nodes.length === 0) console.log('No node runs on this database')
    for (const { name, address, since } of nodes)
      console.log([name, address ?? 'local', new Date(since).toISOString()].join('\t'))
    console.log(`${await certificatesOwed(postgres)} certificates owed`)
  })
}

export async function renewEpoch(): Promise<void> {
  await withPostgres('only', renewEpochIn)
  console.log('The house begins a new history: start its nodes')
}

async function withPostgres(as: 'only' | 'command', work: (postgres: Postgres) => Promise<void>): Promise<void> {
  const config = readConfig()
  if (config.DATABASE_URL === null)
    throw new ConfigError('DATABASE_URL is not set: this house is on SQLite, and one process is all there is')
  const { postgres, lock } = await connect(config, { as })
  try {
    await work(postgres)
  } finally {
    lock.release()
    await postgres.close()
  }
}
