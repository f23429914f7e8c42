import { type Signal, useComputed } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { ListedAuctionView } from '../../src/sdk/index.ts'
import { money } from '../shared/money.ts'
import { Picture } from '../shared/picture.tsx'
import { stageOf } from '../shared/stage.ts'
import { formatRemaining, now, shortTime, timeOfDay } from '../shared/time.ts'
import { words } from '../shared/words.ts'
import { Actions } from './actions.tsx'
import type { Lot } from './board.ts'
import { holdsHammer, isOver } from './hammer.ts'
import { LotBids } from './lot-bids.tsx'
import { type Names, useNames } from './names.ts'
import { addressOf, place } from './place.ts'
import { Who } from './who.tsx'
import { deskWords } from './words.ts'

type LiveLotProps = { readonly lot: Signal<Lot>; readonly renew: (view: ListedAuctionView) => void }

export function LiveLot({ lot, renew }: LiveLotProps) {
  const { auction, bids, watching } = lot.value
  const names = useNames(auction)
  const look = useComputed(() => stageOf(lot.value.auction).look)
  const texts = deskWords.value
  const edit = !isOver(auction) && (
    <a class="secondary" href={addressOf('edit', auction.id)}>
      {texts.actions.edit}
    </a>
  )
  return (
    <li class={`board-lot ${look.value}`} data-testid="live-lot" data-auction={auction.id} data-status={auction.status}>
      <div class="board-main">
        <Head auction={auction} watching={watching} />
        <Figures auction={auction} names={names} />
        {auction.statusReason !== null && <p class="board-reason">{texts.because(auction.statusReason)}</p>}
        <Actions auction={auction} onDone={renew}>
          {edit}
        </Actions>
        {!holdsHammer(auction) && !isOver(auction) && <p class="hint">{texts.inOthersHands}</p>}
      </div>
      {bids === null ? (
        <p class="hint board-bids">{texts.onlyPrice}</p>
      ) : (
        <LotBids auction={auction} bids={bids} names={names} />
      )}
    </li>
  )
}

function Head({ auction, watching }: { readonly auction: ListedAuctionView; readonly watching: number }) {
  const head = useRef<HTMLDivElement>(null)
  const isSought = place.value.id === auction.id
  useEffect(() => {
    if (isSought) head.current?.scrollIntoView({ block: 'start' })
  }, [isSought])
  const { word } = stageOf(auction)
  return (
    <div class="board-head" ref={head}>
      <div class="thumb">
        <Picture address={auction.images[0]} title={auction.title} alt="" small />
      </div>
      <div>
        <p class="stage-word">{word}</p>
        <h2>
          <a href={`/auctions/${auction.id}`}>{auction.title}</a>
        </h2>
        <p class="facts">{factsOf(auction, watching).join(' · ')}</p>
      </div>
    </div>
  )
}

function factsOf({ bidCount, bidderCount, reserve, terms, currency }: ListedAuctionView, watching: number): string[] {
  const { bids, bidders, noBidsYet, reserve: states } = words.value
  const { reserveOf, watching: watch } = deskWords.value
  const sum = terms.reservePrice ?? null
  return [
    bidCount === 0 ? noBidsYet : `${bids(bidCount)}, ${bidders(bidderCount)}`,
    sum === null ? states[reserve] : reserveOf(states[reserve], money.value(sum, currency)),
    ...(watching > 0 ? [watch(watching)] : []),
  ]
}

function Figures({ auction, names }: { readonly auction: ListedAuctionView; readonly names: Names }) {
  const texts = deskWords.value
  const { price, terms, currency, outcome, leader } = auction
  const sold = outcome?.result === 'sold'
  const label = sold ? texts.hammerPrice : price === null ? texts.startsAt : texts.price
  const paddle = isOver(auction) ? (outcome?.winner ?? null) : leader
  return (
    <dl class="board-figures">
      <div>
        <dt>{label}</dt>
        <dd class="board-price" data-testid="price" data-minor={price ?? ''}>
          {money.value(price ?? terms.startPrice, currency)}
        </dd>
      </div>
      <Time auction={auction} />
      <div>
        <dt>{isOver(auction) ? texts.winner : texts.leader}</dt>
        <dd class="board-leader" data-testid="leader">
          {paddle === null ? <Nobody auction={auction} /> : <Who paddle={paddle} names={names} />}
        </dd>
      </div>
    </dl>
  )
}

function Nobody({ auction }: { readonly auction: ListedAuctionView }) {
  const { nobody, unsoldBecause } = deskWords.value
  const reason = auction.outcome?.reason ?? null
  return <span class="muted">{isOver(auction) ? (reason === null ? '–' : unsoldBecause[reason]) : nobody}</span>
}

const URGENT_MS = 60_000

/** Redrawn when what it says changes, not with every tick of the clock. */
function Time({ auction }: { readonly auction: ListedAuctionView }) {
  const { status, closesAt } = auction
  const runs = status === 'open' && closesAt !== null
  const left = useComputed(() => formatRemaining(Date.parse(closesAt ?? '') - now.value, words.value.day))
  const isUrgent = useComputed(() => Date.parse(closesAt ?? '') - now.value <= URGENT_MS)
  const texts = deskWords.value
  if (!runs)
    return (
      <div>
        <dt>{texts.timeLeft}</dt>
        <dd class="muted">
          {status === 'paused' ? texts.standsStill : closesAt === null ? '–' : texts.closedAt(timeOfDay(closesAt))}
        </dd>
      </div>
    )
  return (
    <div>
      <dt>{texts.timeLeft}</dt>
      <dd class={isUrgent.value ? 'board-time urgent' : 'board-time'}>
        <span role="timer" aria-live="off">
          {left}
        </span>{' '}
        <span class="board-until" data-testid="closes" data-closes={closesAt}>
          {texts.ends(isToday(closesAt) ? timeOfDay(closesAt) : shortTime(closesAt))}
        </span>
      </dd>
    </div>
  )
}

function isToday(wire: string): boolean {
  return new Date(wire).toDateString() === new Date().toDateString()
}
