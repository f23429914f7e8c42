import { startServer } from '../../support/postgres.ts'
import { startRedis } from '../../support/redis.ts'
import { type Contender, type Seat, rivals } from '../kit/contender.ts'
import { type Ours, type Way, openMartillo, openerOf } from './ours.ts'

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
    await server.stop()
  }
  const helpers = [...nodes.slice(1).map((node) => node.pid), server.pid(), ...(redis === null ? [] : [redis.pid()])]
  const name = count === 1 ? `on PostgreSQL, ${over}` : `${count} nodes, ${over}`
  return { name, pid, helpers, seats, stop }
}
