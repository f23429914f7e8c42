import { useEffect, useState } from 'preact/hooks'
import type { BidView, BidderView, Room } from '../../src/sdk/index.ts'
import { money } from '../shared/money.ts'
import { user } from '../shared/session.ts'
import { client } from './client.ts'
import { timeOfDay } from '../shared/time.ts'
import { words } from '../shared/words.ts'
import { Confirm } from './confirm.tsx'
import { deskWords } from './words.ts'

/** Bids as they come, with the names of those who may be known, and the way to make one void. */
export function LiveBids({ room }: { room: Room }) {
  const names = useNames(room)
  const [asked, ask] = useState<BidView | null>(null)
  const texts = deskWords.value
  const { auction, bids } = room
  const mayVoid = user.value?.role === 'admin' && (auction.status === 'open' || auction.status === 'paused')
  const show = (amount: number) => money.value(amount, auction.currency)
  return (
    <section class="live-bids" aria-label={texts.liveBids}>
      {asked !== null && (
        <Confirm
          question={texts.sure.void(show(asked.amount), asked.paddle)}
          reasoned
          onYes={async (reason) => {
            await client.void(auction.id, asked.id, reason)
            ask(null)
          }}
          onNo={() => ask(null)}
        />
      )}
      {bids.length === 0 && <p class="muted">{words.value.noBidsYet}</p>}
      <ul>
        {bids.map((bid) => (
          <li key={bid.id} class={bid.voided ? 'voided' : ''}>
            <strong>{bid.voided ? <s>{show(bid.amount)}</s> : show(bid.amount)}</strong>
            <span>
              {bid.paddle} <span class="muted">{names.get(bid.paddle)}</span>
            </span>
            <time class="muted" dateTime={bid.at}>
              {timeOfDay(bid.at)}
            </time>
            {bid.voided ? (
              <span class="tag">{texts.voided}</span>
            ) : (
              mayVoid && (
                <button type="button" class="danger" onClick={() => ask(bid)}>
                  {texts.void}
                </button>
              )
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Who holds which paddle: read again when somebody new bids. Sellers learn it after the close. */
function useNames({ auction }: Room): ReadonlyMap<string, string> {
  const [names, learn] = useState<ReadonlyMap<string, string>>(new Map())
  const mayKnow = user.value?.role === 'admin' || auction.status === 'closed'
  useEffect(() => {
    if (!mayKnow || auction.bidderCount === 0) return
    const nameOf = ({ paddle, user }: BidderView): [string, string] => [paddle, user.displayName]
    client.bidders(auction.id).then(
      ({ items }) => learn(new Map(items.map(nameOf))),
      () => undefined,
    )
  }, [auction.id, auction.bidderCount, mayKnow])
  return names
}
