import type { MyBid } from '../../src/sdk/index.ts'
import { useComputed, useSignalEffect } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { signInAddress } from '../shared/frame.tsx'
import { house } from '../shared/house.ts'
import { Icon } from '../shared/icons.tsx'
import { money } from '../shared/money.ts'
import { Picture } from '../shared/picture.tsx'
import { explain } from '../shared/refusals.ts'
import { user } from '../shared/session.ts'
import { formatRemaining, now, shortTime } from '../shared/time.ts'
import { words } from '../shared/words.ts'
import { type MyLot, STANDINGS, failure, lots, read, shown, wanted } from './lots.ts'
import { Press } from './press.tsx'
import { mostOf, sums } from './sums.ts'
import { bidsWords } from './words.ts'

export function MyBids() {
  const texts = bidsWords.value
  useSignalEffect(() => {
    document.title = `${bidsWords.value.title} – ${house}`
  })
  if (user.value === null)
    return (
      <div class="turned-away">
        <h1>{texts.title}</h1>
        <p>{texts.signInFirst}</p>
        <a class="primary" href={signInAddress()}>
          {words.value.signIn}
        </a>
      </div>
    )
  return (
    <>
      <h1>{texts.title}</h1>
      {user.value && <Lots />}
    </>
  )
}

function Lots() {
  useEffect(() => void read(), [])
  if (failure.value !== null && lots.value === null)
    return (
      <div class="empty" role="alert">
        <h2>{explain(failure.value)}</h2>
        <button type="button" class="secondary" onClick={() => void read()}>
          {words.value.tryAgain}
        </button>
      </div>
    )
  if (lots.value === null) return <p class="empty">{words.value.loading}</p>
  if (lots.value.length === 0) return <None />
  return (
    <>
      <Totals />
      <Standings />
      <ul class="my-lots" data-testid="my-lots">
        {shown.value?.map((lot) => (
          <Lot key={lot.auction.id} lot={lot} />
        ))}
      </ul>
    </>
  )
}

function None() {
  const { none, noneHint } = bidsWords.value
  return (
    <div class="empty">
      <h2>{none}</h2>
      <p>{noneHint}</p>
      <a class="secondary" href="/">
        {words.value.catalogue}
      </a>
    </div>
  )
}

/** At stake, won and to pay, in each currency. */
function Totals() {
  const texts = bidsWords.value
  if (sums.value.length === 0) return null
  return (
    <section class="my-sums" aria-label={texts.sums} data-testid="my-sums">
      {sums.value.map(({ currency, atStake, leading, won, toPay }) => (
        <dl key={currency}>
          <div>
            <dt>{texts.atStake}</dt>
            <dd class="figure">{money.value(atStake, currency)}</dd>
            <dd class="small muted">{texts.atStakeIn(leading)}</dd>
          </div>
          <div>
            <dt>{texts.won}</dt>
            <dd class="figure">{texts.lots(won)}</dd>
          </div>
          <div>
            <dt>{texts.toPay}</dt>
            <dd class="figure">{money.value(toPay, currency)}</dd>
            <dd class="small muted">{texts.noFees}</dd>
          </div>
        </dl>
      ))}
    </section>
  )
}

/** How many of each, and which of them to show. */
function Standings() {
  const { all, title } = bidsWords.value
  const count = (standing: string) => lots.value!.filter((lot) => lot.standing === standing).length
  return (
    <fieldset class="stages" aria-label={title}>
      {[null, ...STANDINGS].map((one) => (
        <button
          key={one}
          type="button"
          class="pill"
          aria-pressed={wanted.value === one}
          onClick={() => (wanted.value = one)}
        >
          {one === null ? all : words.value.standing[one]}{' '}
          <span class="figure">{one === null ? lots.value!.length : count(one)}</span>
        </button>
      ))}
    </fieldset>
  )
}

function Lot({ lot }: { lot: MyLot }) {
  const { auction, standing, bids, listed, nextBid, falls } = lot
  const texts = bidsWords.value
  const show = (amount: number) => money.value(amount, auction.currency)
  const look = standing === 'leading' && auction.reserve === 'unmet' ? 'unmet' : standing
  const utmost = mostOf(lot)
  const isLimit = bids.every(({ voided, amount }) => voided || amount !== utmost)
  const isRunning = auction.status === 'open' || auction.status === 'paused'
  return (
    <li class={`my-lot ${look}`} data-testid="my-lot" data-standing={standing}>
      <div class="my-head">
        <div class="my-picture">
          <Picture address={listed?.images[0]} title={auction.title} alt="" small />
        </div>
        <div>
          <p class="my-standing">
            <Icon of={standing} />
            {words.value.standing[look]}
          </p>
          <h2>
            <a href={`/auctions/${auction.id}`}>{auction.title}</a>
          </h2>
        </div>
      </div>
      <dl>
        <div>
          <dt>{auction.status === 'closed' ? texts.hammer : texts.price}</dt>
          <dd class="figure">{auction.price === null ? '–' : show(auction.price)}</dd>
        </div>
        <div>
          <dt>{!isLimit || utmost === 0 ? texts.own : falls ? texts.ownMinimum : texts.ownMaximum}</dt>
          <dd class="figure">{utmost === 0 ? texts.voided : show(utmost)}</dd>
        </div>
        {isRunning && nextBid !== null && standing !== 'leading' && (
          <div>
            <dt>{texts.nextBid}</dt>
            <dd class="figure">{show(nextBid)}</dd>
          </div>
        )}
        <div>
          <dt>{auction.status === 'open' ? texts.left : words.value.status[auction.status]}</dt>
          <dd class="figure">
            <Left auction={auction} />
          </dd>
        </div>
      </dl>
      <Press lot={lot} />
      {standing === 'won' && <p class="small">{falls ? texts.whatNextFalling : texts.whatNext}</p>}
      <details>
        <summary>{words.value.bids(bids.length)}</summary>
        <ul>
          {bids.map((bid) => (
            <li key={bid.id} class="figure">
              {bid.voided ? <s>{show(bid.amount)}</s> : show(bid.amount)}
              {limitText(bid, (limit) => (falls ? texts.downTo : texts.upTo)(show(limit)))}
              {bid.voided && <span class="tag">{texts.voided}</span>}
              <time class="muted" dateTime={bid.at}>
                {shortTime(bid.at)}
              </time>
            </li>
          ))}
        </ul>
      </details>
    </li>
  )
}

/** How far a bid goes beyond what it came to. */
function limitText({ amount, maximum, minimum }: MyBid, says: (limit: number) => string): string {
  const limit = maximum ?? minimum ?? amount
  return limit === amount ? '' : ` · ${says(limit)}`
}

function Left({ auction: { status, closesAt } }: { auction: MyLot['auction'] }) {
  const left = useComputed(() =>
    closesAt === null ? '' : formatRemaining(Date.parse(closesAt) - now.value, words.value.day),
  )
  return <>{status === 'open' ? left : closesAt === null ? '–' : shortTime(closesAt)}</>
}
