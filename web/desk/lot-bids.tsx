import { useEffect, useRef, useState } from 'preact/hooks'
import type { ListedAuctionView, BidView } from '../../src/sdk/index.ts'
import { mention } from '../shared/announce.tsx'
import { money } from '../shared/money.ts'
import { user } from '../shared/session.ts'
import { client } from '../shared/full-client.ts'
import { timeOfDay } from '../shared/time.ts'
import { words } from '../shared/words.ts'
import { Ask } from './ask.tsx'
import { isRunning } from './hammer.ts'
import type { Names } from './names.ts'
import { readBids } from './past-bids.ts'
import { useReturnedFocus } from './return-focus.ts'
import { Who } from './who.tsx'
import { deskWords } from './words.ts'

const SHOWN_FIRST = 5

type LotBidsProps = { readonly auction: ListedAuctionView; readonly bids: readonly BidView[]; readonly names: Names }

type Held = { readonly asked: string; readonly rows: ReadonlySet<string> }

/** The last bids as they come, newest first, and all of them where wanted. */
export function LotBids({ auction, bids, names }: LotBidsProps) {
  const [isWhole, unfold] = useState(false)
  const [held, hold] = useState<Held | null>(null)
  const past = usePast(auction, isWhole)
  const seqAtFirst = useRef(auction.seq)
  const { lastBids, allBids, fewerBids } = deskWords.value
  const known = new Set(bids.map(({ id }) => id))
  const all = [...bids, ...past.filter(({ id }) => !known.has(id))]
  const now = isWhole ? all : bids.slice(0, SHOWN_FIRST)
  // While a question stands, what came meanwhile waits: the row it is about must not go away.
  const rows = held === null ? now : all.filter(({ id }) => held.rows.has(id))
  const ask = (id: string | null) => hold(id === null ? null : { asked: id, rows: new Set(now.map((bid) => bid.id)) })
  const mayVoid = user.value?.role === 'admin' && isRunning(auction)
  return (
    <section class="board-bids" aria-label={lastBids(auction.title)}>
      {rows.length === 0 && <p class="hint">{words.value.noBidsYet}</p>}
      <ol class="bid-log" data-testid="bid-log">
        {rows.map((bid) => (
          <BidRow
            key={bid.id}
            bid={bid}
            auction={auction}
            names={names}
            mayVoid={mayVoid}
            isFresh={bid.seq > seqAtFirst.current}
            isAsked={held?.asked === bid.id}
            ask={(yes) => ask(yes ? bid.id : null)}
          />
        ))}
      </ol>
      {auction.bidCount > SHOWN_FIRST && (
        <button type="button" class="quiet" aria-expanded={isWhole} onClick={() => unfold(!isWhole)}>
          {isWhole ? fewerBids : allBids(auction.bidCount)}
        </button>
      )}
    </section>
  )
}

/** Bids older than the channel tells; read again when one of them was made void. */
function usePast({ id, bidCount }: ListedAuctionView, wanted: boolean): readonly BidView[] {
  const [past, set] = useState<readonly BidView[]>([])
  useEffect(() => {
    if (!wanted) return
    readBids(id).then(set, () => undefined)
  }, [id, wanted, bidCount])
  return past
}

type BidRowProps = {
  readonly bid: BidView
  readonly auction: ListedAuctionView
  readonly names: Names
  readonly mayVoid: boolean
  readonly isFresh: boolean
  readonly isAsked: boolean
  readonly ask: (yes: boolean) => void
}

function BidRow({ bid, auction, names, mayVoid, isFresh, isAsked, ask }: BidRowProps) {
  const row = useRef<HTMLLIElement>(null)
  useReturnedFocus(row, isAsked ? 'void' : null)
  const texts = deskWords.value
  const amount = money.value(bid.amount, auction.currency)
  const [pauses, setPauses] = useState(false)
  // Whoever leads again then was beaten, so that everyone knows how far they go.
  const letsLeadAgain = bid.paddle === auction.leader
  const makeVoid = async (reason: string) => {
    await client.void(auction.id, bid.id, reason, { pause: letsLeadAgain && auction.status === 'open' && pauses })
    mention(`done ${auction.id}`, texts.done.void)
    ask(false)
  }
  return (
    <li
      ref={row}
      tabIndex={-1}
      class={`bid-row ${bid.voided ? 'voided' : ''} ${isFresh ? 'fresh' : ''}`}
      data-testid="bid-row"
      data-voided={bid.voided}
    >
      <span class="bid-amount">{bid.voided ? <s>{amount}</s> : amount}</span>
      <span class="bid-who">
        <Who paddle={bid.paddle} names={names} />
        {bid.house === true && <span class="tag">{texts.house}</span>}
      </span>
      <time class="bid-time" dateTime={bid.at}>
        {timeOfDay(bid.at)}
      </time>
      {bid.voided && <span class="tag">{texts.voided}</span>}
      {mayVoid && !bid.voided && !isAsked && (
        <button
          type="button"
          class="quiet"
          data-act="void"
          aria-label={texts.voidBid(amount, bid.paddle)}
          onClick={() => ask(true)}
        >
          {texts.void}
        </button>
      )}
      {isAsked && (
        <Ask
          question={texts.sure.void(amount, bid.paddle)}
          yes={texts.yes.void}
          reasoned
          grave
          onYes={makeVoid}
          onNo={() => ask(false)}
        >
          {letsLeadAgain && <p class="hint">{texts.voidShows}</p>}
          {letsLeadAgain && auction.status === 'open' && (
            <label class="option">
              <input
                type="checkbox"
                checked={pauses}
                data-testid="void-pauses"
                onChange={(event) => setPauses(event.currentTarget.checked)}
              />
              <span>{texts.voidPauses}</span>
            </label>
          )}
        </Ask>
      )}
    </li>
  )
}
