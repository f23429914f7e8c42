import { signal } from '@preact/signals'
import type { BidView } from '../../src/sdk/index.ts'
import { money } from '../shared/money.ts'
import { timeOfDay } from '../shared/time.ts'
import { words } from '../shared/words.ts'
import { Later } from '../shared/later.tsx'
import { canReadMore, readOlder, rows } from './past.ts'
import { sign } from './falling.ts'
import { room, voided } from './room.ts'
import { saleroomWords } from './words.ts'

const SHOWN_FIRST = 12

const isWhole = signal(false)
const view = signal<'list' | 'chart'>('list')

/** The bids: as a list, the best first, or as the way of the price through time. */
export function History() {
  const { bidCount, status } = room.value!.auction
  const isOver = status === 'closed' || status === 'cancelled'
  const texts = saleroomWords.value
  return (
    <section class="history">
      <div class="history-head">
        <h2>
          {texts.history} <span class="muted figure">{bidCount}</span>
        </h2>
        {rows.value.length > 0 && <Views />}
      </div>
      {voided.value !== null && (
        <p class="notice" data-testid="voided">
          {texts.wasVoided(voided.value.paddle, voided.value.reason)}
        </p>
      )}
      {rows.value.length === 0 ? (
        <p class="muted">{isOver ? words.value.noBids : words.value.noBidsYet}</p>
      ) : view.value === 'chart' ? (
        <div class="chart-place" data-testid="chart">
          <Later load={loadChart} />
        </div>
      ) : (
        <Table />
      )}
    </section>
  )
}

const loadChart = () => import('./chart.tsx').then(({ PriceChart }) => PriceChart)

function Views() {
  const { asList, asChart, history } = saleroomWords.value
  return (
    <div class="choice" role="radiogroup" aria-label={history}>
      {(['list', 'chart'] as const).map((one) => (
        <label key={one}>
          <input
            type="radio"
            name="history-view"
            value={one}
            checked={view.value === one}
            onChange={() => (view.value = one)}
          />
          {one === 'list' ? asList : asChart}
        </label>
      ))}
    </div>
  )
}

/** Rows stay where they are and what they say changes: nothing jumps under who reads, however fast bids come. */
function Table() {
  const texts = saleroomWords.value
  const shown = isWhole.value ? rows.value : rows.value.slice(0, SHOWN_FIRST)
  const isMore = shown.length < rows.value.length || canReadMore.value
  return (
    <>
      <table>
        <thead>
          <tr>
            <th scope="col">{texts.historyAmount}</th>
            <th scope="col">{texts.historyPaddle}</th>
            <th scope="col">{texts.historyTime}</th>
          </tr>
        </thead>
        <tbody data-testid="history">
          {shown.map((bid, place) => (
            <Row key={place} bid={bid} />
          ))}
        </tbody>
      </table>
      {isMore && (
        <button
          type="button"
          class="secondary"
          onClick={() => {
            if (isWhole.value) void readOlder().catch(() => undefined)
            isWhole.value = true
          }}
        >
          {words.value.more}
        </button>
      )}
    </>
  )
}

function Row({ bid }: { bid: BidView }) {
  const { you, auction } = room.value!
  const texts = saleroomWords.value
  const isMine = bid.paddle === you?.paddle
  const leads = leadsNow(bid)
  const amount = money.value(bid.amount, auction.currency)
  return (
    <tr class={`${isMine ? 'mine' : ''} ${bid.voided ? 'voided' : ''} ${leads ? 'leads' : ''}`} data-bid={bid.id}>
      <td class="figure">
        {bid.voided ? <s>{amount}</s> : amount}
        {bid.voided && <span class="tag">{texts.voided}</span>}
        {leads && <span class="tag strong">{auction.status === 'closed' ? texts.won : texts.leads}</span>}
        {sign() * (bid.amount - bid.price) > 0 && !bid.voided && <span class="tag">{texts.automatic}</span>}
      </td>
      <td>
        {bid.paddle}
        {bid.house === true && <span class="tag">{texts.house}</span>}
        {isMine && <span class="tag">{texts.you}</span>}
      </td>
      <td class="figure">
        <time dateTime={bid.at}>{timeOfDay(bid.at)}</time>
      </td>
    </tr>
  )
}

function leadsNow({ voided: isVoid, paddle, amount }: BidView): boolean {
  const { leader, price } = room.value!.auction
  return !isVoid && paddle === leader && amount === price
}
