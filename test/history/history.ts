import type { AnswerView, AuctionView, ChannelEvent, Offer } from '../../src/sdk/index.ts'
import type { ServerMessageOf } from '../../src/protocol.ts'

/**
 * What clients asked, what they were told, and what they saw. All times are of one clock, the service's own where they share one: epoch
 * milliseconds with fractions, so that what came one after the other can be told apart.
 */

export type Refusal = {
  readonly code: string
  readonly asOfSeq?: number | null | undefined
  readonly [field: string]: unknown
}

/** `unknown`: no answer, a 5xx or try_again. It may be recorded, or may yet be. */
export type Answer =
  | { readonly kind: 'accepted'; readonly view: AnswerView }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'unknown' }

type Span = { readonly begin: number; readonly end: number }

/** One try of a bid. `client` is the user's id. */
export type BidCall = Span & {
  readonly client: string
  readonly auction: string
  readonly key: string
  readonly offer: Offer
  readonly answer: Answer
}

/** Something else that was asked of an auction: its name is that of the command. */
export type ActCall = Span & { readonly auction: string; readonly act: string }

/** The public view, as an answer showed it. */
export type Look = Span & { readonly auction: string; readonly view: AuctionView }

export type Sight = { readonly at: number } & (
  | { readonly kind: 'connected'; readonly after: number | null }
  | { readonly kind: 'snapshot'; readonly snapshot: ServerMessageOf<'snapshot'> }
  | { readonly kind: 'events'; readonly events: readonly ChannelEvent[] }
  | { readonly kind: 'heartbeat'; readonly seq: number; readonly head: string }
  /** `over` where the service said that nothing more will come. */
  | { readonly kind: 'ended'; readonly over: boolean }
)

/** All that one watcher saw of one auction, over as many connections as it took. */
export type Stream = { readonly watcher: string; readonly auction: string; readonly sights: Sight[] }

export class History {
  readonly bids: BidCall[] = []
  readonly acts: ActCall[] = []
  readonly looks: Look[] = []
  readonly streams: Stream[] = []
  readonly now: () => number
  readonly #clocksDifferMs: number

  /** `clocksDifferMs`: by how much the clock of a service may differ from the one here, where they are not the same. */
  constructor(now: () => number, { clocksDifferMs = 0 } = {}) {
    this.now = now
    this.#clocksDifferMs = clocksDifferMs
  }

  /** When something begins, by any clock. */
  begins(): number {
    return this.now() - this.#clocksDifferMs
  }

  /** When something is over, by any clock. */
  ends(): number {
    return this.now() + this.#clocksDifferMs
  }

  /** A bid and its answer; while there is none, its outcome is unknown. */
  async bid(call: Omit<BidCall, 'begin' | 'end' | 'answer'>, ask: () => Promise<Answer>): Promise<Answer> {
    const record: { -readonly [Field in keyof BidCall]: BidCall[Field] } = {
      ...call,
      begin: this.begins(),
      end: Number.POSITIVE_INFINITY,
      answer: { kind: 'unknown' },
    }
    this.bids.push(record)
    record.answer = await ask()
    record.end = this.ends()
    return record.answer
  }

  /** A command and the view it was answered by, if it was. Where that is unknown it may yet be carried out. */
  async act<View extends AuctionView | 'unknown' | null>(
    auction: string,
    act: string,
    ask: () => Promise<View>,
  ): Promise<View> {
    const record = { auction, act, begin: this.begins(), end: Number.POSITIVE_INFINITY }
    this.acts.push(record)
    const view = await ask()
    if (view !== 'unknown') record.end = this.ends()
    if (typeof view === 'object' && view !== null) this.looks.push({ ...record, view })
    return view
  }

  async look<View extends AuctionView | null>(auction: string, ask: (auction: string) => Promise<View>): Promise<View> {
    const begin = this.begins()
    const view = await ask(auction)
    if (view !== null) this.looks.push({ auction, begin, end: this.ends(), view })
    return view
  }

  watch(watcher: string, auction: string): Stream {
    const stream: Stream = { watcher, auction, sights: [] }
    this.streams.push(stream)
    return stream
  }
}

/** The latest event a watcher has, null before its first. */
export function lastSeen({ sights }: Stream): number | null {
  for (const sight of sights.toReversed()) {
    if (sight.kind === 'snapshot') return sight.snapshot.seq
    if (sight.kind === 'events') return sight.events.at(-1)!.seq
  }
  return null
}
