import { readOffer } from '../../../src/domain/schema.ts'
import { type UntimedCommand, ANYONE_MAY } from '../../../src/engine/engine.ts'
import type { Verdict } from '../../../src/engine/submission.ts'
import { problemOf } from '../../../src/protocol.ts'
import type { AuctionView, Offer } from '../../../src/sdk/index.ts'
import type { Answer, History } from '../history.ts'
import type { Disk } from './disk.ts'
import type { SimulatedNode } from './node.ts'
import type { World } from './world.ts'

const DELAY_MS = 8
const LOST = 0.03
const THINK_MS = 500
const PATIENCE_MS = 2_000
const TRIES = 5
/** Of an auction that will not close: then that is what is found. */
const CLOSES_MAX = 40

export type Caller = {
  readonly world: World
  readonly history: History
  readonly disk: Disk
  readonly auctions: readonly string[]
  readonly node: () => Promise<SimulatedNode>
  /** When it has had enough, in epoch ms. */
  readonly until: number
}

/** A question to a process and its answer, each of which may be late or lost; null where nothing came back in time. */
export async function ask<Told>(
  world: World,
  node: SimulatedNode,
  question: (node: SimulatedNode) => Promise<Told>,
): Promise<Told | null> {
  const { random } = world
  const path = async (): Promise<Told | null> => {
    await world.sleep(random.delay(DELAY_MS))
    if (world.unlucky(LOST) || !node.ready) return null
    const told = await Promise.race([question(node).catch(() => null), node.died.then(() => null)])
    await world.sleep(random.delay(DELAY_MS))
    return world.unlucky(LOST) ? null : told
  }
  return Promise.race([path(), world.sleep(random.between(0.2, 1) * PATIENCE_MS).then(() => null)])
}

function answerOf(verdict: Verdict | null, key: string): Answer {
  if (verdict === null) return { kind: 'unknown' }
  if (verdict.ok) return { kind: 'accepted', view: verdict.answer! }
  const refusal = problemOf(verdict.rejection, key, verdict)
  return refusal.status >= 500 ? { kind: 'unknown' } : { kind: 'refused', refusal }
}

type Try = { readonly auction: string; readonly key: string; readonly offer: Offer }

async function bidOnce({ world, history, node }: Caller, client: string, { auction, key, offer }: Try) {
  const host = await node()
  const bid = { auctionId: auction, userId: client, sessionId: client, key, permit: ANYONE_MAY }
  const read = readOffer(offer as unknown as Parameters<typeof readOffer>[0])
  return history.bid({ client, auction, key, offer }, async () =>
    answerOf(await ask(world, host, ({ engine }) => engine.bid({ ...bid, offer: read })), key),
  )
}

/** Waits for the last moments, so that what is sent now arrives about the end. */
async function untilTheEnd({ world, disk, until }: Caller, auction: string): Promise<void> {
  const { closesAt } = disk.auctions.get(auction)!.stored.auction
  const leftMs = (closesAt ?? 0) - world.now - world.random.delay(DELAY_MS)
  if (leftMs > 0 && world.now + leftMs < until) await world.sleep(leftMs)
}

/** Bids around what leads, repeats what it got no answer to, and now and then asks a key again, or for something else. */
export async function bidAway(caller: Caller, client: string): Promise<void> {
  const { world, auctions, disk, until } = caller
  const { random } = world
  const tries: Try[] = []
  while (world.now < until) {
    await world.sleep(random.delay(THINK_MS))
    const auction = random.pick(auctions)
    if (random.chance(0.2)) await untilTheEnd(caller, auction)
    const price = disk.auctions.get(auction)?.stored.auction.standing?.price ?? 100
    const figure = Math.max(1, price + random.int(-20, 120))
    const again = tries.length > 0 && random.chance(0.1)
    const fresh: Try = {
      auction,
      key: world.id(),
      offer: random.pick([{ amount: figure }, { maximum: figure }, { atMost: figure }]),
    }
    const one = again ? random.pick(tries) : fresh
    const other = again && random.chance(0.3) ? { ...one, offer: fresh.offer } : one
    if (!again) tries.push(one)
    if (random.chance(0.1)) void bidOnce(caller, client, other)
    for (let count = 1; count <= TRIES; count += 1) {
      const answer = await bidOnce(caller, client, other)
      if (answer.kind !== 'unknown') break
      await world.sleep(random.delay(100))
    }
  }
}

async function actOnce({ world, history, node }: Caller, auction: string, act: UntimedCommand): Promise<void> {
  const host = await node()
  await history.act(auction, act.type, async () => {
    const verdict = await ask(world, host, ({ engine }) => engine.submitCommand(auction, act, 'admin', ANYONE_MAY))
    return verdict === null || (!verdict.ok && verdict.rejection.rejected === 'try_again') ? 'unknown' : null
  })
}

/** Pauses, resumes, extends, voids, closes, and seldom cancels. */
export async function hammer(caller: Caller): Promise<void> {
  const { world, auctions, disk, until } = caller
  const { random } = world
  while (world.now < until) {
    await world.sleep(random.delay(THINK_MS * 2))
    const auction = random.pick(auctions)
    const stored = disk.auctions.get(auction)
    const act = random.pick<UntimedCommand['type']>([
      'pause',
      'resume',
      'resume',
      'resume',
      'extend',
      'void',
      'void',
      'close',
    ])
    const at = Math.floor(world.now)
    if (act === 'pause') await actOnce(caller, auction, { type: act, reason: 'a question' })
    if (act === 'resume') await actOnce(caller, auction, { type: act, closesAt: null })
    if (act === 'extend')
      await actOnce(caller, auction, { type: act, closesAt: at + random.int(2_000, 20_000), reason: 'a crowd' })
    const bid = stored?.bids.at(-1)?.bid
    if (act === 'void' && bid !== undefined)
      await actOnce(caller, auction, { type: act, bidId: bid.bidId, reason: 'a mistake' })
    if (act === 'close' && random.chance(0.2)) await actOnce(caller, auction, { type: 'close' })
    if (act === 'close' && random.chance(0.1)) await actOnce(caller, auction, { type: 'cancel', reason: 'a fire' })
  }
}

/** Looks at auctions now and then. */
export async function lookAround({ world, history, auctions, node, until }: Caller): Promise<void> {
  const { random } = world
  while (world.now < until) {
    await world.sleep(random.delay(THINK_MS))
    const host = await node()
    await history.look(random.pick(auctions), (auction) => ask(world, host, (one) => viewAt(one, auction)))
  }
}

export async function viewAt({ engine, hub }: SimulatedNode, auction: string): Promise<AuctionView | null> {
  const stored = await engine.stored(auction)
  return stored === null ? null : hub.snapshots.view(stored, null)
}

/** Brings the hammer down on what is still open. */
export async function closeAll(caller: Caller): Promise<void> {
  const { auctions, disk, world } = caller
  for (const auction of auctions) {
    for (let tries = 0; tries < CLOSES_MAX; tries += 1) {
      const { stage, closesAt } = disk.auctions.get(auction)!.stored.auction
      if (stage.status === 'closed' || stage.status === 'cancelled') break
      if (stage.status === 'scheduled') await world.sleep(1_000)
      else if (stage.status === 'open' && world.random.chance(0.5) && closesAt! < world.now + 60_000)
        await world.sleep(closesAt! - world.now + 10)
      else {
        await actOnce(caller, auction, { type: 'close' })
        // While the disk hangs every answer is that nobody knows.
        await world.sleep(1_000)
      }
    }
  }
}
