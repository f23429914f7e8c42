import { onTestFinished } from 'vitest'
import { newDatabase } from './postgres.ts'
import { type Running, freePort, runService } from './process.ts'
import type { Exchanges } from '../../src/main.ts'
import { type Redis, startRedis } from './redis.ts'
import { type House, openHouse, temporaryFolder } from './service.ts'

const NODES = 3

export const HOUSE_SECRET = 'what the nodes of a house have in common'

export type Shared = {
  readonly nodes: readonly House[]
  readonly redis: Redis
  /** Of one more node. */
  readonly environment: { readonly DATABASE_URL: string; readonly REDIS_URL: string; readonly HOUSE_SECRET: string }
}

/** Three nodes of a house in this process, on one PostgreSQL and one Redis, each with its exchanges. */
export async function openNodes(exchangesOf: (i: number) => Exchanges = () => ({})): Promise<Shared> {
  const redis = await startRedis()
  onTestFinished(() => redis.stop())
  const environment = { DATABASE_URL: await newDatabase(), REDIS_URL: redis.url, HOUSE_SECRET }
  const nodes: House[] = []
  for (let i = 0; i < NODES; i += 1) nodes.push(await openHouse(environment, exchangesOf(i)))
  return { nodes, redis, environment }
}

type Processes = { readonly count?: number; readonly more?: (i: number) => Readonly<Record<string, string>> }

/** Nodes of a house as processes, on one PostgreSQL and one Redis, which are gone after the test. `more`: settings of each. */
export async function runNodes({ count = NODES, more = () => ({}) }: Processes = {}): Promise<Running[]> {
  const redis = await startRedis()
  onTestFinished(() => redis.stop())
  const environment = { DATABASE_URL: await newDatabase(), REDIS_URL: redis.url, HOUSE_SECRET }
  const nodes = await Promise.all(
    Array.from({ length: count }, async (_, i) =>
      runService(temporaryFolder(), await freePort(), { ...environment, ...more(i) }),
    ),
  )
  onTestFinished(async () => {
    for (const node of nodes) await node.kill('SIGKILL')
  })
  return nodes
}
