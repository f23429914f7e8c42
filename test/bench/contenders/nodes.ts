import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { type Server, startServer } from '../../support/postgres.ts'
import { type Redis, startRedis } from '../../support/redis.ts'
import { AUCTIONS, type Contender, type Seat, rivals } from '../kit/contender.ts'
import { type Ours, type Way, openMartillo, openerOf } from './ours.ts'

export type Nodes = Contender & { readonly nodes: readonly Ours[]; readonly redis: Redis | null }

type Opening = { readonly auctions?: number; readonly hasStandby?: boolean }

/** One node on PostgreSQL, or several with Redis, whose seats take turns at them. */
export async function openNodes(
  over: Way,
  count: number,
  { auctions: auctionsMade = AUCTIONS + 1, hasStandby = false }: Opening = {},
): Promise<Nodes> {
  const server = await startServer()
  const standby = hasStandby ? await synchronousStandby(server) : null
  const redis = count > 1 ? await startRedis() : null
  const env = {
    DATABASE_URL: server.url('postgres'),
    HOUSE_SECRET: 'what opens the keys of the house that is measured',
    ...(redis === null ? {} : { REDIS_URL: redis.url }),
  }
  const nodes: Ours[] = [await openMartillo(over, { env, auctions: auctionsMade })]
  const { pid, auctions, tokens } = nodes[0]!
  while (nodes.length < count) nodes.push(await openMartillo(over, { env, auctions: 0 }))
  const open = openerOf(over)
  // Of two rivals each bids at a node of its own: no balancer sends an auction to one of them.
  const seats: Contender['seats'] = async (wanted, where) => {
    const at = (i: number, auction: string) => open(nodes[i % count]!.url, auction, tokens[i % tokens.length]!)
    const seats: Seat[] = []
    for (let i = 0; i < wanted; i += 1) {
      const auction = where === 'hot' ? auctions[0]! : auctions[1 + (i % (auctions.length - 1))]!
      seats.push(where === 'hot' ? await at(i, auction) : rivals(await at(i, auction), await at(i + 1, auction)))
    }
    return seats
  }
  const stop = async () => {
    for (const node of nodes) await node.stop()
    await redis?.stop()
    await standby?.stop()
    await server.stop()
  }
  const servers = [server.pid(), ...(standby === null ? [] : [standby.pid()]), ...(redis === null ? [] : [redis.pid()])]
  const helpers = [...nodes.slice(1).map((node) => node.pid), ...servers]
  const name = count === 1 ? `on PostgreSQL${hasStandby ? ' with a standby' : ''}, ${over}` : `${count} nodes, ${over}`
  return { name, pid, helpers, nodes, redis, seats, stop }
}

/** A standby that each commit waits for. */
async function synchronousStandby(server: Server): Promise<Server> {
  const standby = await server.standby()
  const client = new pg.Client(server.url('postgres'))
  await client.connect()
  await client.query("ALTER SYSTEM SET synchronous_standby_names = 'standby'")
  await client.query('SELECT pg_reload_conf()')
  const state = async () =>
    (await client.query<{ sync_state: string }>('SELECT sync_state FROM pg_stat_replication')).rows[0]?.sync_state
  while ((await state()) !== 'sync') await wait(100)
  await client.end()
  return standby
}
