import { expect, test } from 'vitest'
import type { ChannelEvent } from '../../src/sdk/index.ts'
import { faultsOf } from './checker.ts'
import { type FaultKind, faultKinds } from './fault.ts'
import { History, type Refusal, type Sight } from './history.ts'
import { told } from './house.ts'
import { type Played, haggle } from './scripts.ts'
import { variants } from './variants.ts'

/** What a sound house gave, written down wrong: for the kinds that no variant of the service is named by. */
type Doctored = { readonly history: History; readonly events: ChannelEvent[]; readonly auction: string }
type Mutable<T> = { -readonly [Field in keyof T]: T[Field] }

let played: Promise<Played> | null = null

/** Played once, by the first that asks. */
async function copy(): Promise<Doctored> {
  const { history, ledgers } = await (played ??= haggle())
  const twin = new History(history.now)
  twin.bids.push(...structuredClone(history.bids))
  twin.acts.push(...structuredClone(history.acts))
  twin.looks.push(...structuredClone(history.looks))
  twin.streams.push(...structuredClone(history.streams))
  const [[auction, events]] = [...ledgers] as [[string, readonly ChannelEvent[]]]
  return { history: twin, events: structuredClone([...events]), auction }
}

const placed = ({ events }: Doctored) => events.filter((event) => event.type === 'bid.placed')

function sights<Kind extends Sight['kind']>({ history }: Doctored, kind: Kind): Extract<Sight, { kind: Kind }>[] {
  return history.streams.flatMap(({ sights }) =>
    sights.filter((sight): sight is Extract<Sight, { kind: Kind }> => sight.kind === kind),
  )
}

function acks({ history }: Doctored) {
  return history.bids.flatMap(({ answer }) => (answer.kind === 'accepted' ? [answer] : []))
}

const doctored: Partial<Record<FaultKind, (one: Doctored) => void>> = {
  ledger_gap: ({ events }) => events.splice(3, 1),
  ledger_inconsistent: (one) => (placed(one)[1]!.data.bidCount += 1),
  event_after_close: ({ events }) => {
    const paused = events.find(({ type }) => type === 'auction.paused')!
    events.push({ ...paused, seq: events.length + 1 })
  },
  closed_late: ({ events }) => {
    const closed = events.at(-1) as Mutable<ChannelEvent>
    closed.at = '2999-01-01T00:00:00.000Z'
  },
  bid_twice: (one) => {
    const [first, second] = placed(one)
    second!.data.bid = first!.data.bid
  },
  bid_unexplained: ({ history }) => {
    const i = history.bids.findLastIndex(({ answer }) => answer.kind === 'accepted' && answer.view.seq !== null)
    history.bids.splice(i, 1)
  },
  paddle_mixed: (one) => {
    const [first, ...others] = acks(one)
    const other = others.find(({ view }) => view.bid.paddle !== first!.view.bid.paddle)!
    other.view.bid.paddle = first!.view.bid.paddle
  },
  stamped_outside: (one) => (acks(one)[0]!.view.bid.at = '2020-01-01T00:00:00.000Z'),
  refusal_stale: ({ history }) => {
    const refused = history.bids.find(({ answer }) => answer.kind === 'refused' && answer.refusal.asOfSeq! > 3)!
    if (refused.answer.kind === 'refused') (refused.answer.refusal as Mutable<Refusal>).asOfSeq = 3
  },
  view_wrong: ({ history }) => (history.looks[0]!.view.price = 1),
  event_unrecorded: (one) => {
    const [first] = sights(one, 'events')
    one.history.streams[0]!.sights.push({ ...first!, events: [{ ...first!.events[0]!, seq: one.events.length + 1 }] })
  },
  heartbeat_wrong: ({ history }) =>
    history.streams[0]!.sights.push({ at: history.now(), kind: 'heartbeat', seq: 3, head: 'another' }),
  ended_early: ({ history }) => {
    const { sights } = history.streams[0]!
    sights.splice(
      sights.findLastIndex(({ kind }) => kind === 'events'),
      1,
    )
  },
}

test.each(Object.entries(doctored))('%s is told from a sound history', async (kind, doctor) => {
  const one = await copy()
  const faults = () => faultsOf(one.history, new Map([[one.auction, one.events]]))
  expect(told(faults())).toEqual([])
  doctor(one)
  expect(faults().map((fault) => fault.kind)).toContain(kind)
})

test('every kind of fault is shown to be found, by a broken service or a doctored history', () => {
  const shown = new Set<string>([...Object.values(variants).map(({ kind }) => kind), ...Object.keys(doctored)])
  expect(Object.keys(faultKinds).filter((kind) => !shown.has(kind))).toEqual([])
})
