import { startServer } from '../../support/postgres.ts'
import { startRedis } from '../../support/redis.ts'
import type { Contender } from '../kit/contender.ts'
import { type Ours, type Way, openMartillo, seatsOf } from './ours.ts'

/** One node on PostgreSQL, or several with Redis, whose seats take turns at them. */
export async function openNodes(over: Way, count: number): Promise<Contender> {
  const server = await startServer()
  const redis = count > 1 ? await startRedis() : null
  const env = {
    DATABASE_URL: server.url('postgres'),
    HOUSE_SECRET: 'what opens the keys of the house that is measured',
    ...(redis === null ? {} : { REDIS_URL: redis.url }),
  }
  const nodes: Ours[] = [await openMartillo(over, { env })]
  const { pid, auctions, tokens } = nodes[0]!
  while (nodes.length < count) nodes.push(await openMartillo(over, { env, auctions: 0 }))
  const seats: Contender['seats'] = async (wanted, where) => {
    const ofNodes = await Promise.all(
      nodes.map(({ url }) => seatsOf({ url, auctions, tokens }, over)(Math.ceil(wanted / count), where)),
    )
    return Array.from({ length: wanted }, (_, i) => ofNodes[i % count]![Math.floor(i / count)]!)
  }
  const stop = async () => {
    for (const node of nodes) await node.stop()
    await redis?.stop()
    await server.stop()
  }
  const helpers = [...nodes.slice(1).map((node) => node.pid), server.pid(), ...(redis === null ? [] : [redis.pid()])]
  const name = count === 1 ? `on PostgreSQL, ${over}` : `${count} nodes, ${over}`
  return { name, pid, helpers, seats, stop }
}
