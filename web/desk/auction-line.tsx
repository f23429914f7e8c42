import { useState } from 'preact/hooks'
import type { ListedAuctionView } from '../../src/sdk/index.ts'
import { money } from '../shared/money.ts'
import { Picture } from '../shared/picture.tsx'
import { user } from '../shared/session.ts'
import { stageOf } from '../shared/stage.ts'
import { shortTime } from '../shared/time.ts'
import { words } from '../shared/words.ts'
import { Actions } from './actions.tsx'
import { renew } from './auctions.ts'
import { BidBook } from './bid-book.tsx'
import { isUnfinished } from './form-store.ts'
import { isOver, isRunning, possible } from './hammer.ts'
import { addressOf } from './place.ts'
import { deskWords } from './words.ts'

/** One line of the list. What runs has its hammer on the live board. */
export function AuctionLine({ auction }: { readonly auction: ListedAuctionView }) {
  const [isUnfolded, unfold] = useState(false)
  const { look, word } = stageOf(auction)
  const texts = deskWords.value
  const { id, title, price, terms, currency, bidCount } = auction
  const runs = isRunning(auction)
  return (
    <li class={`desk-line ${look}`} data-testid="desk-auction" data-auction={id} data-status={auction.status}>
      <div class="thumb">
        <Picture address={auction.images[0]} title={title} alt="" small />
      </div>
      <div class="desk-head">
        <p class="stage-word">{word}</p>
        <h2>
          <a href={`/auctions/${id}`}>{title}</a>
          {isUnfinished(id) && <span class="tag strong">{texts.unfinished}</span>}
        </h2>
        <p class="facts">{factsOf(auction).join(' · ')}</p>
      </div>
      <p class="desk-price">
        <span class="label">{priceName(auction)}</span>
        <span class="figure">{money.value(price ?? terms.startPrice, currency)}</span>
      </p>
      <Actions auction={auction} acts={runs ? [] : possible(auction)} onDone={renew}>
        {!isOver(auction) && (
          <a class="secondary" href={addressOf('edit', id)} data-testid="edit">
            {texts.actions.edit}
          </a>
        )}
        <a class="secondary" href={addressOf('new', id)} data-testid="duplicate">
          {texts.actions.duplicate}
        </a>
        {runs && (
          <a class="secondary" href={addressOf('live', id)}>
            {texts.actions.board}
          </a>
        )}
        {bidCount > 0 && !runs && (
          <button
            type="button"
            class="secondary"
            aria-expanded={isUnfolded}
            data-testid="bids"
            onClick={() => unfold(!isUnfolded)}
          >
            {isUnfolded ? texts.actions.hideBids : texts.actions.bids}
          </button>
        )}
      </Actions>
      {isUnfolded && <BidBook auction={auction} />}
    </li>
  )
}

function priceName({ price, outcome }: ListedAuctionView): string {
  const { startsAt, soldFor, price: name } = deskWords.value
  if (price === null) return startsAt
  return outcome?.result === 'sold' ? soldFor : name
}

function factsOf(auction: ListedAuctionView): string[] {
  const { bidCount, terms, currency, reserve, outcome, statusReason, seller } = auction
  const { reserveOf, because, winner: wonBy } = deskWords.value
  const winner = outcome?.winner ?? null
  const { bids, noBids, noBidsYet, reserve: states } = words.value
  const sum = terms.reservePrice ?? null
  const isOthers = user.value?.id !== seller.id
  return [
    whenOf(auction),
    bidCount === 0 ? (isOver(auction) ? noBids : noBidsYet) : bids(bidCount),
    winner === null ? '' : `${wonBy} ${winner}`,
    sum === null ? '' : reserveOf(states[reserve], money.value(sum, currency)),
    isOthers ? seller.displayName : '',
    statusReason === null ? '' : because(statusReason),
  ].filter((fact) => fact !== '')
}

function whenOf({ status, opensAt, closesAt }: ListedAuctionView): string {
  const { opensAt: opens, ends, closedAt } = deskWords.value
  if (status === 'closed') return closesAt === null ? '' : closedAt(shortTime(closesAt))
  if (status === 'open') return closesAt === null ? '' : ends(shortTime(closesAt))
  return opensAt === null || isOver({ status }) || status === 'paused' ? '' : opens(shortTime(opensAt))
}
