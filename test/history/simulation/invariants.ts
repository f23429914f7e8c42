import { inOrder, isOver } from '../../../src/domain/auction.ts'
import { DEFAULT_ROOM } from '../../../src/domain/room.ts'
import { auctionView } from '../../../src/domain/view.ts'
import { showIncrements } from '../../../src/domain/increments.ts'
import { standingOf } from '../../properties/model.ts'
import { audit } from '../../../src/ledger/audit.ts'
import { replay } from '../../../src/ledger/replay.ts'
import { GENESIS, hashOf } from '../../../src/ledger/chain.ts'
import { agree } from '../check-sights.ts'
import { statesOf } from '../state.ts'
import { OUTAGE_MS_MIN } from '../../../src/domain/soft-close.ts'
import type { Disk, Stored } from './disk.ts'

/** What must hold of everything stored, whatever anybody saw. */
export function brokenInvariants({ auctions, statements }: Disk, absences: readonly Absence[]): string[] {
  const certified = statements.flatMap(({ auctionId }) => auctionId ?? [])
  const log =
    new Set(certified).size === auctions.size && certified.length === auctions.size
      ? []
      : ['invariant in the log: not one certificate an auction']
  return [
    ...log,
    ...[...auctions].flatMap(([id, stored]) =>
      [...brokenIn(stored), ...decidedByAbsence(stored, absences)].map((what) => `invariant in ${id}: ${what}`),
    ),
  ]
}

/** When nobody was there, in epoch ms. */
export type Absence = { readonly from: number; readonly to: number }

/** SC-5: an end that fell into a long absence was moved. */
function decidedByAbsence({ entries }: Stored, absences: readonly Absence[]): string[] {
  const long = absences.filter(({ from, to }) => to - from >= OUTAGE_MS_MIN)
  return entries.flatMap(({ event }) => {
    const at = Date.parse(event.at)
    const decided = event.type === 'auction.closed' && long.some(({ from, to }) => at > from && at < to)
    return decided ? [`closed (${event.seq}) at ${event.at}, when nobody was there`] : []
  })
}

function brokenIn({ stored, entries, privateEntries, writtenAt, bids }: Stored): string[] {
  const { auction, head } = stored
  const broken: string[] = []
  const states = statesOf(entries.map(({ event }) => event))
  const seller = { id: auction.sellerId, displayName: 'Sally' }
  const view = { ...auctionView(auction, { seller, head, serverTime: 0, viewer: 'public' }), room: DEFAULT_ROOM }
  if (!agree(view, states.at(-1))) broken.push('the state is not what its events lead to')
  const { flaw } = replay(entries.map(({ event }) => event))
  if (flaw !== null) broken.push(`entry ${flaw.seq} does not follow by the rules: ${flaw.why}`)
  const salts = new Map(bids.map(({ bid, salt }) => [bid.bidId, salt]))
  const finding = audit({
    ...stored,
    auction: auction.id,
    entries,
    privateEntries,
    salts,
    reserveSalt: stored.reserveSalt,
  })
  if (finding !== null) broken.push(`the private chain: ${JSON.stringify(finding)}`)
  if (!isLinked(entries, 'public') || !isLinked(privateEntries, 'private')) broken.push('a chain is broken')
  if (new Set(bids.map(({ bid, key }) => `${bid.bidder} ${key}`)).size !== bids.length)
    broken.push('a key was used for two bids')
  if (!isOver(auction)) broken.push('it was not closed')
  const accepted = inOrder(auction.bids)
  if (accepted.map(({ bidId }) => bidId).join() !== bids.map(({ bid }) => bid.bidId).join())
    broken.push('the bids of the state are not those that were stored')
  entries.forEach(({ event }, i) => {
    if (Date.parse(event.at) > writtenAt[i]!) broken.push(`event ${event.seq} was stored before its time`)
  })
  const stands = accepted.filter(({ voided }) => !voided)
  const facts = stands.map(({ bidder, maximum, exact }) => ({ who: bidder, maximum, exact }))
  const { terms, standing } = auction
  const model = standingOf({ ...terms, increments: showIncrements(terms.increments) }, facts)
  const bought = auction.stage.status === 'closed' && auction.stage.outcome.reason === 'buy_now'
  const same = model?.leader === standing?.bidder && model?.price === standing?.price
  if (!same && !bought) broken.push(`the rule book has ${JSON.stringify(model)}, the state ${JSON.stringify(standing)}`)
  return broken
}

function isLinked(chain: readonly { line: string; hash: string }[], kind: 'public' | 'private'): boolean {
  return chain.every(({ line, hash }, i) => {
    const { previous } = JSON.parse(line) as { previous: string }
    return hashOf(line, kind) === hash && previous === (chain[i - 1]?.hash ?? GENESIS)
  })
}
