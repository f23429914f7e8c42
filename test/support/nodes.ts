import { onTestFinished } from 'vitest'
import { newDatabase } from './postgres.ts'
import { type Running, freePort, runService } from './process.ts'
import { startRedis } from './redis.ts'
import { temporaryFolder } from './service.ts'

const NODES = 3

/** Three nodes of a house as processes, on one PostgreSQL and one Redis, which are gone after the test. */
export async function runNodes(): Promise<Running[]> {
  const redis = await startRedis()
  onTestFinished(() => redis.stop())
  const environment = {
    DATABASE_URL: await newDatabase(),
    REDIS_URL: redis.url,
    HOUSE_SECRET: 'what the nodes of a house have in common',
  }
  const nodes = await Promise.all(
    Array.from({ length: NODES }, async () => runService(temporaryFolder(), await freePort(), environment)),
  )
  onTestFinished(async () => {
    for (const node of nodes) await node.kill('SIGKILL')
  })
  return nodes
}
