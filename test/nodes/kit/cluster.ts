import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { expect, onTestFinished } from 'vitest'
import { type Server, startServer } from '../../support/postgres.ts'
import { type Running, freePort, runService } from '../../support/process.ts'
import { type Redis, startRedis } from '../../support/redis.ts'
import { type People, peopleAt, temporaryFolder } from '../../support/service.ts'
import { Edge } from './edge.ts'

const NODES = 3
const HOUSE_SECRET = 'what the nodes of a house have in common'

export type Node = {
  readonly people: People
  /** The ways to the primary of PostgreSQL, to the place of its standby, and to Redis. */
  readonly edges: { readonly primary: Edge; readonly standby: Edge; readonly redis: Edge }
  kill(): Promise<void>
  start(): Promise<void>
}

export type Cluster = {
  readonly nodes: readonly Node[]
  readonly redis: Redis
  restartPostgres(): Promise<void>
  /** Kills the primary and promotes a synchronous standby, which was made just before. */
  failOver(): Promise<void>
}

/** Three nodes as processes on one PostgreSQL and one Redis, each by ways of its own. */
export async function openCluster(): Promise<Cluster> {
  const redis = await startRedis()
  onTestFinished(() => redis.stop())
  const first = await startServer()
  onTestFinished(() => first.stop())
  let primary = first
  const nodes: Node[] = []
  for (let i = 0; i < NODES; i += 1) nodes.push(await openNode(primary, redis))

  const failOver = async () => {
    const standby = await primary.standby()
    onTestFinished(() => standby.stop())
    for (const { edges } of nodes) edges.standby.leadTo(portOf(standby))
    await setStandbyNames(primary, 'standby')
    const state = 'SELECT sync_state FROM pg_stat_replication'
    await expect.poll(() => query(primary, state)).toEqual([{ sync_state: 'sync' }])
    await pause(500)
    await primary.crash()
    await query(standby, 'SELECT pg_promote()')
    await setStandbyNames(standby, '')
    for (const { edges } of nodes) edges.primary.leadTo(portOf(standby))
    primary = standby
  }
  const restartPostgres = async () => {
    await primary.crash()
    await primary.start()
  }
  return { nodes, redis, restartPostgres, failOver }
}

async function openNode(primary: Server, redis: Redis): Promise<Node> {
  const edges = {
    primary: await Edge.open(portOf(primary)),
    standby: await Edge.open(portOf(primary)),
    redis: await Edge.open(Number(new URL(redis.url).port)),
  }
  const env = {
    DATABASE_URL: `postgres://martillo@127.0.0.1:${edges.primary.port},127.0.0.1:${edges.standby.port}/postgres`,
    REDIS_URL: `redis://127.0.0.1:${edges.redis.port}`,
    HOUSE_SECRET,
    // It has a synchronous standby only where one is to be promoted.
    DURABILITY: 'trusted',
    LOG_LEVEL: 'silent',
  }
  const [folder, port] = [temporaryFolder(), await freePort()]
  let running: Running = await runService(folder, port, env)
  onTestFinished(async () => {
    await running.kill('SIGKILL')
    for (const edge of Object.values(edges)) edge.close()
  })
  return {
    people: await peopleAt(running.url),
    edges,
    kill: async () => void (await running.kill('SIGKILL')),
    start: async () => {
      running = await runService(folder, port, env)
    },
  }
}

function portOf(server: Server): number {
  return Number(new URL(server.url('postgres')).port)
}

async function setStandbyNames(server: Server, names: string): Promise<void> {
  await query(server, `ALTER SYSTEM SET synchronous_standby_names = '${names}'`)
  await query(server, 'SELECT pg_reload_conf()')
}

async function query(server: Server, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(server.url('postgres'))
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}
