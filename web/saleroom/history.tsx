import { signal } from '@preact/signals'
import type { BidView } from '../../src/sdk/index.ts'
import { money } from '../shared/money.ts'
import { client } from '../shared/session.ts'
import { timeOfDay } from '../shared/time.ts'
import { words } from '../shared/words.ts'
import { auctionId, room, voided } from './room.ts'
import { saleroomWords } from './words.ts'

/** Rows older than those of the channel, fetched when they are asked for. */
const older = signal<readonly BidView[]>([])
const nextCursor = signal<string | null | undefined>(undefined)

async function fetchOlder(): Promise<void> {
  const cursor = nextCursor.value
  const page = await client.bids(auctionId, { limit: 100, ...(typeof cursor === 'string' ? { cursor } : {}) })
  older.value = [...older.value, ...page.items]
  nextCursor.value = page.nextCursor
}

export function History() {
  const { bids, auction } = room.value!
  const texts = saleroomWords.value
  const known = new Set(bids.map((bid) => bid.id))
  const rows = [...bids, ...older.value.filter((bid) => !known.has(bid.id))].sort((a, b) => b.seq - a.seq)
  const standing = rows.filter((bid) => !bid.voided).length
  return (
    <section class="history">
      <h2>
        {texts.history} <span class="muted">{auction.bidCount}</span>
      </h2>
      {voided.value !== null && (
        <p class="notice" data-testid="voided">
          {texts.wasVoided(voided.value.paddle, voided.value.reason)}
        </p>
      )}
      {rows.length === 0 ? (
        <p class="muted">{words.value.noBidsYet}</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">{texts.historyAmount}</th>
              <th scope="col">{texts.historyPaddle}</th>
              <th scope="col">{texts.historyTime}</th>
            </tr>
          </thead>
          <tbody data-testid="history">
            {rows.map((bid) => (
              <Row key={bid.id} bid={bid} />
            ))}
          </tbody>
        </table>
      )}
      {standing < auction.bidCount && nextCursor.value !== null && (
        <button type="button" class="secondary" onClick={() => void fetchOlder().catch(() => undefined)}>
          {words.value.more}
        </button>
      )}
    </section>
  )
}

function Row({ bid }: { bid: BidView }) {
  const { you, auction } = room.value!
  const texts = saleroomWords.value
  const mine = bid.paddle === you?.paddle
  const leads = !bid.voided && bid.paddle === auction.leader && bid.amount === auction.price
  return (
    <tr class={`${mine ? 'mine' : ''} ${bid.voided ? 'voided' : ''} ${leads ? 'leads' : ''}`} data-bid={bid.id}>
      <td class="figure">
        {bid.voided ? <s>{money.value(bid.amount, auction.currency)}</s> : money.value(bid.amount, auction.currency)}
        {bid.voided && <span class="tag">{texts.voided}</span>}
      </td>
      <td>
        {bid.paddle}
        {mine && <span class="tag">{texts.you}</span>}
      </td>
      <td>
        <time dateTime={bid.at}>{timeOfDay(bid.at)}</time>
      </td>
    </tr>
  )
}
