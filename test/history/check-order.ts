import type { Case } from './checker.ts'
import type { FaultKind } from './fault.ts'

/**
 * Something that placed the auction at a seq between its begin and its end. A write made the event of that seq; a read saw
 * at least that much.
 */
type Point = {
  readonly begin: number
  readonly end: number
  readonly seq: number
  readonly kind: FaultKind | null
  readonly write: boolean
  readonly what: string
}

/** Real time: what was known to anybody before something was asked comes before it. */
export function checkOrder(one: Case): void {
  const points = pointsOf(one)
  const byEnd = points.toSorted((a, b) => a.end - b.end)
  let known: Point | null = null
  let next = 0
  for (const point of points.toSorted((a, b) => a.begin - b.begin)) {
    for (; next < byEnd.length && byEnd[next]!.end < point.begin; next += 1)
      if (byEnd[next]!.seq > (known?.seq ?? 0)) known = byEnd[next]!
    if (point.kind === null || known === null) continue
    const before = known
    one.claim(
      point.write ? point.seq > before.seq : point.seq >= before.seq,
      point.kind,
      () => `${point.what} has seq ${point.seq}; before it was asked, ${before.what} had ${before.seq}`,
    )
  }
}

function pointsOf(one: Case): Point[] {
  return [...writes(one), ...refusals(one), ...looks(one), ...sights(one)]
}

/** By the seq that the ledger gives them. Each key counts once: a repeated answer is that of its first time. */
function writes({ bids, events }: Case): Point[] {
  const seqs = new Map(events.flatMap((event) => (event.type === 'bid.placed' ? [[event.data.bid, event.seq]] : [])))
  return [...Map.groupBy(bids, ({ client, key }) => `${client} ${key}`).values()].flatMap((calls): Point[] => {
    const begin = Math.min(...calls.map((call) => call.begin))
    const told = calls.find(({ answer }) => answer.kind === 'accepted')
    if (told?.answer.kind !== 'accepted' || told.answer.view.seq === null) return []
    const seq = seqs.get(told.answer.view.bid.id) ?? told.answer.view.seq
    return [{ begin, end: told.end, seq, kind: 'order_broken', write: true, what: `bid ${told.key}` }]
  })
}

function refusals({ bids }: Case): Point[] {
  return bids.flatMap(({ begin, end, key, answer }): Point[] => {
    if (answer.kind !== 'refused' || (answer.refusal.asOfSeq ?? null) === null) return []
    const { asOfSeq, code } = answer.refusal
    return [{ begin, end, seq: asOfSeq!, kind: 'refusal_stale', write: false, what: `${code} for ${key}` }]
  })
}

function looks(one: Case): Point[] {
  return one.looks.map(({ begin, end, view }) => ({
    begin,
    end,
    seq: view.seq,
    kind: 'view_stale',
    write: false,
    what: 'a view',
  }))
}

/** What watchers saw is known from then on; a snapshot also has to know what was known when its connection was made. */
function sights({ streams }: Case): Point[] {
  return streams.flatMap(({ watcher, sights }) => {
    let connectedAt = Number.NEGATIVE_INFINITY
    return sights.flatMap((sight): Point[] => {
      const { at } = sight
      if (sight.kind === 'connected') connectedAt = at
      if (sight.kind === 'events')
        return [{ begin: at, end: at, seq: sight.events.at(-1)!.seq, kind: null, write: false, what: watcher }]
      if (sight.kind !== 'snapshot') return []
      const { seq } = sight.snapshot
      return [{ begin: connectedAt, end: at, seq, kind: 'view_stale', write: false, what: `a snapshot of ${watcher}` }]
    })
  })
}
