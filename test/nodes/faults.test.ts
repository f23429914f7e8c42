import { randomInt } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { History } from '../history/history.ts'
import { sharedClock } from '../history/house.ts'
import { playLive } from '../history/live.ts'
import { type Cluster, type Node, openCluster } from './kit/cluster.ts'
import type { Edge } from './kit/edge.ts'
import { isLong } from './kit/form.ts'

const timeout = 3_600_000
/** Nodes take the time of the database, exact to some milliseconds. */
const CLOCKS_DIFFER_MS = 10

/** With NODES_PLAYS set, so many of each in the long form. */
const PLAYS = process.env['NODES_PLAYS'] === undefined ? null : Number(process.env['NODES_PLAYS'])

type Fault = {
  readonly name: string
  /** How often it happens during one play, and in how many plays. */
  readonly times: number
  readonly plays: { readonly short: number; readonly long: number }
  readonly happen: (cluster: Cluster) => Promise<void>
}

const one = ({ nodes }: Cluster): Node => nodes[randomInt(nodes.length)]!

/** Cuts a way, or lets nothing through in one direction or both, for up to 3 s. */
async function part(edge: Edge): Promise<void> {
  const how = [
    () => edge.cut(),
    () => edge.hold('toServer', 'toClient'),
    () => edge.hold('toServer'),
    () => edge.hold('toClient'),
  ]
  how[randomInt(how.length)]!()
  await pause(200 + randomInt(2_800))
  edge.heal()
}

const faults: readonly Fault[] = [
  {
    name: 'a node is killed, and starts again',
    times: 3,
    plays: { short: 0, long: 100 },
    happen: async (cluster) => {
      const node = one(cluster)
      await node.kill()
      await node.start()
    },
  },
  {
    name: 'PostgreSQL is killed, and starts again',
    times: 2,
    plays: { short: 0, long: 25 },
    happen: (cluster) => cluster.restartPostgres(),
  },
  {
    name: 'the primary is killed, and its synchronous standby promoted',
    times: 1,
    plays: { short: 0, long: 50 },
    happen: (cluster) => cluster.failOver(),
  },
  {
    name: 'a node and PostgreSQL do not reach each other for a while',
    times: 2,
    plays: { short: 1, long: 25 },
    happen: (cluster) => part(one(cluster).edges.primary),
  },
  {
    name: 'a node and Redis do not reach each other for a while',
    times: 2,
    plays: { short: 0, long: 25 },
    happen: (cluster) => part(one(cluster).edges.redis),
  },
  {
    name: 'Redis is killed, and starts again',
    times: 5,
    plays: { short: 0, long: 10 },
    happen: async ({ redis }) => {
      await redis.crash()
      await pause(randomInt(2_000))
      await redis.start()
    },
  },
]

const countOf = ({ plays }: Fault) => (isLong ? (PLAYS ?? plays.long) : plays.short)

// A test that is skipped fails a run: those of the long form alone are not there in the short one.
for (const fault of faults.filter((one) => countOf(one) > 0)) {
  const { name, times, happen } = fault
  test(`${name}: the checker finds nothing`, { timeout }, async () => {
    const cluster = await openCluster()
    const people = cluster.nodes.map((node) => node.people)
    for (let play = 0; play < countOf(fault); play += 1) {
      const meanwhile = async () => {
        for (let time = 0; time < times; time += 1) {
          await pause(300)
          await happen(cluster)
        }
      }
      expect(
        await playLive(new History(sharedClock().now, { clocksDifferMs: CLOCKS_DIFFER_MS }), people, meanwhile),
      ).toEqual([])
    }
  })
}
