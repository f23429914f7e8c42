import { LocalBus } from '../../src/adapters/local-bus.ts'
import { fromWire } from '../../src/domain/instant.ts'
import { reject } from '../../src/domain/rejection.ts'
import type { AnswerView } from '../../src/domain/wire.ts'
import { Engine } from '../../src/engine/engine.ts'
import type { Change, Clock, StoredAuction, Store } from '../../src/engine/ports.ts'
import type { Verdict } from '../../src/engine/submission.ts'
import { CommitLanes } from '../../src/engine/commit-lanes.ts'
import type { EventBatch } from '../../src/live/event-batch.ts'
import { Hub } from '../../src/live/hub.ts'
import { Snapshots } from '../../src/live/snapshots.ts'
import { SocketReader } from '../../src/live/socket-reader.ts'
import type { Exchanges } from '../../src/main.ts'
import { patch, storeWith } from '../support/patch.ts'
import type { FaultKind } from './fault.ts'
import { auctionMessage } from '../../src/engine/auction-message.ts'
import { sharedClock } from './house.ts'
import { type Script, haggle, untilTheEnd } from './scripts.ts'

/** The real service with one thing broken, for the time of a test; the kind is that of the fault it must be found by. */
export type Variant = { readonly kind: FaultKind; readonly script: Script; readonly break: () => Exchanges }

/** Counts from 1, and says whether this is the nth. */
function nth(n: number): () => boolean {
  let count = 0
  return () => (count += 1) === n
}

const holdsBids = (changes: readonly Change[]) => changes.some(({ bids }) => bids.length > 0)

function breakStore(make: (store: Store) => Partial<Store>): Exchanges {
  return { wrapStore: storeWith(make) }
}

/** The verdict of the nth accepted bid is told as something else. */
function breakAnswer(n: number, other: (answer: AnswerView, stored: StoredAuction) => Verdict | AnswerView): Exchanges {
  const isIt = nth(n)
  patch(
    Engine.prototype,
    'bid',
    (bid) =>
      async function (this: Engine, ask) {
        const verdict = await bid.call(this, ask)
        if (!verdict.ok || verdict.answer === null || !isIt()) return verdict
        const told = other(verdict.answer, verdict.stored)
        return 'ok' in told ? told : { ...verdict, answer: told }
      },
  )
  return {}
}

/** What every socket makes of the frames that are passed to it, one after the other. */
function breakFrames(make: (send: (frame: EventBatch) => void) => (frame: EventBatch) => void): Exchanges {
  const senders = new WeakMap<SocketReader, (frame: EventBatch) => void>()
  patch(
    SocketReader.prototype,
    'events',
    (events) =>
      function (this: SocketReader, frame) {
        const send = senders.get(this) ?? make((one) => events.call(this, one))
        senders.set(this, send)
        send(frame)
      },
  )
  return {}
}

/** A clock that a fault may put wrong by some milliseconds. */
function breakClock(wake: (afterMs: number) => number, offsetMs: () => number): Exchanges {
  const { clock } = sharedClock()
  const broken: Clock = {
    now: () => clock.now() + offsetMs(),
    wake: (afterMs, call) => clock.wake(wake(afterMs), call),
    yield: (forMs) => clock.yield(forMs),
  }
  return { clock: broken }
}

/** Keys are not looked up, and each is written as if it were new. */
function forgetKeys(store: Store): Partial<Store> {
  let n = 0
  return {
    priors: async (asks) => asks.map(() => null),
    append: (changes) =>
      store.append(
        changes.map((change) => ({
          ...change,
          bids: change.bids.map((bid) => ({ ...bid, key: `${bid.key.slice(0, 50)}#${(n += 1)}` })),
        })),
      ),
  }
}

export const variants: Readonly<Record<string, Variant>> = {
  'a bid is acknowledged and its commit is lost': {
    kind: 'ack_lost',
    script: haggle,
    break: () => {
      const isIt = nth(2)
      return breakStore((store) => ({
        append: async (changes) => (holdsBids(changes) && isIt() ? { conflicts: [] } : store.append(changes)),
      }))
    },
  },

  'one key is answered twice by different bids': {
    kind: 'key_answered_twice',
    script: haggle,
    break: () => breakStore(forgetKeys),
  },

  'a key is forgotten where the outcome of its commit was unknown': {
    kind: 'refused_yet_recorded',
    script: haggle,
    break: () => {
      const isIt = nth(2)
      return breakStore((store) => {
        const forgetful = forgetKeys(store)
        return {
          ...forgetful,
          append: async (changes) => {
            const appended = await forgetful.append!(changes)
            if (holdsBids(changes) && isIt()) throw new Error('the connection was lost after the commit')
            return appended
          },
        }
      })
    },
  },

  'an event is pushed before its commit, which then fails': {
    kind: 'event_differs',
    script: haggle,
    break: () => {
      const buses = new Set<LocalBus>()
      patch(
        LocalBus.prototype,
        'subscribe',
        (subscribe) =>
          function (this: LocalBus, listener) {
            buses.add(this)
            return subscribe.call(this, listener)
          },
      )
      const isIt = nth(2)
      return breakStore((store) => ({
        append: async (changes) => {
          if (!holdsBids(changes) || !isIt()) return store.append(changes)
          for (const bus of buses) for (const change of changes) bus.publish(auctionMessage(change))
          throw new Error('the disk is full')
        },
      }))
    },
  },

  'an event is dropped from the push': {
    kind: 'event_missing',
    script: haggle,
    break: () =>
      breakFrames((send) => {
        const isIt = nth(2)
        return (frame) => (isIt() ? undefined : send(frame))
      }),
  },

  'an event is pushed twice': {
    kind: 'event_repeated',
    script: haggle,
    break: () =>
      breakFrames((send) => {
        const isIt = nth(2)
        return (frame) => {
          send(frame)
          if (isIt()) send(frame)
        }
      }),
  },

  'two events are swapped': {
    kind: 'events_disordered',
    script: haggle,
    break: () =>
      breakFrames((send) => {
        const isIt = nth(2)
        let stored: EventBatch | null = null
        return (frame) => {
          if (isIt()) {
            stored = frame
            return
          }
          send(frame)
          if (stored !== null) send(stored)
          stored = null
        }
      }),
  },

  'a stream goes on behind a gap, without a snapshot': {
    kind: 'resume_gap',
    script: haggle,
    break: () => {
      patch(
        Hub.prototype,
        'subscribe',
        (subscribe) =>
          function (this: Hub, reader, auctionId, resume) {
            return subscribe.call(this, reader, auctionId, resume && { ...resume, after: resume.after + 1 })
          },
      )
      return {}
    },
  },

  'a snapshot is of an older seq with a newer head': {
    kind: 'snapshot_wrong',
    script: haggle,
    break: () => {
      breakView((old, stored) => ({ ...old, head: stored.head }))
      return {}
    },
  },

  'a view is kept longer than it is true': {
    kind: 'view_stale',
    script: haggle,
    break: () => {
      breakView((old) => old)
      return {}
    },
  },

  'a bid is taken after the end and dated before it': {
    kind: 'accepted_late',
    script: untilTheEnd,
    break: () => {
      patch(
        CommitLanes.prototype,
        'submit',
        (submit) =>
          function (this: CommitLanes, order) {
            return submit.call(this, order.type === 'bid' ? { ...order, at: order.at - 200 } : order)
          },
      )
      return breakClock(
        (afterMs) => afterMs + 150,
        () => 0,
      )
    },
  },

  'a clock runs ahead and brings the hammer down early': {
    kind: 'closed_early',
    script: untilTheEnd,
    break: () => {
      const { now } = sharedClock()
      let aheadAt = Number.POSITIVE_INFINITY
      patch(
        Engine.prototype,
        'bid',
        (bid) =>
          function (this: Engine, ask) {
            aheadAt = Math.min(aheadAt, now())
            return bid.call(this, ask)
          },
      )
      return breakClock(
        (afterMs) => afterMs / 3,
        () => (now() > aheadAt ? (now() - aheadAt) * 2 : 0),
      )
    },
  },

  'an auction forgets that it was closed': {
    kind: 'closed_twice',
    script: haggle,
    break: () =>
      breakStore((store) => ({
        append: (changes) => {
          for (const change of changes) {
            const closed = change.entries.find(({ event }) => event.type === 'auction.closed')
            if (closed === undefined) continue
            const closesAt = fromWire(closed.event.at) + 300
            Object.assign(change.after.auction, { stage: { status: 'open' }, closesAt })
          }
          return store.append(changes)
        },
      })),
  },

  'a refusal names a wrong minimum': {
    kind: 'refusal_wrong',
    script: haggle,
    break: () => {
      patch(
        Engine.prototype,
        'bid',
        (bid) =>
          async function (this: Engine, ask) {
            const verdict = await bid.call(this, ask)
            if (verdict.ok || verdict.rejection.rejected !== 'bid_too_low') return verdict
            const fields = {
              ...verdict.rejection.fields,
              minimumBid: Number(verdict.rejection.fields['minimumBid']) + 1,
            }
            return { ...verdict, rejection: reject('bid_too_low', fields) }
          },
      )
      return {}
    },
  },

  'a bid is refused and recorded': {
    kind: 'refused_yet_recorded',
    script: haggle,
    break: () =>
      breakAnswer(2, (_, { auction }) => ({
        ok: false,
        rejection: reject('auction_paused'),
        asOfSeq: auction.seq,
        receipt: null,
      })),
  },

  'an answer tells another price than the event': {
    kind: 'ack_differs',
    script: haggle,
    break: () => breakAnswer(2, (answer) => ({ ...answer, price: answer.price + 100 })),
  },

  'a bid that everyone sees is answered as a silent raise': {
    kind: 'silent_raise_shown',
    script: haggle,
    break: () => breakAnswer(2, (answer) => ({ ...answer, seq: null })),
  },

  'numbers are given in the order of answering, not of deciding': {
    kind: 'order_broken',
    script: haggle,
    break: () =>
      breakStore((store) => ({
        entries: async (auctionId, after, limit) => {
          const entries = await store.entries(auctionId, after, limit)
          const i = entries.findIndex(
            ({ event }, at) => event.type === 'bid.placed' && entries[at + 1]?.event.type === 'bid.placed',
          )
          if (i === -1) return entries
          const [one, two] = [entries[i]!, entries[i + 1]!]
          const swapped = [
            { ...two, seq: one.seq, event: { ...two.event, seq: one.seq } },
            { ...one, seq: two.seq, event: { ...one.event, seq: two.seq } },
          ]
          return entries.toSpliced(i, 2, ...swapped)
        },
      })),
  },

  'watchers are not told of the end': {
    kind: 'end_missing',
    script: haggle,
    break: () => {
      patch(SocketReader.prototype, 'end', () => () => {})
      return {}
    },
  },
}

type View = Awaited<ReturnType<Snapshots['view']>>

/** Views are made of the first one with a bid that was asked for. */
function breakView(make: (old: View, stored: StoredAuction) => View): void {
  let old: View | null = null
  patch(
    Snapshots.prototype,
    'view',
    (view) =>
      async function (this: Snapshots, stored, actor) {
        const now = await view.call(this, stored, actor)
        if (now.bidCount === 0) return now
        old ??= now
        return make(old, stored)
      },
  )
}
