import { useEffect, useRef, useState } from 'preact/hooks'
import type { ListedAuctionView, BidView } from '../../src/sdk/index.ts'
import { mention } from '../shared/announce.tsx'
import { explain } from '../shared/refusals.ts'
import { user } from '../shared/session.ts'
import { client } from '../shared/full-client.ts'
import { words } from '../shared/words.ts'
import { Ask } from './ask.tsx'
import { LotBids } from './lot-bids.tsx'
import { type Names, mayKnowNames, useNames } from './names.ts'
import { readBids } from './past-bids.ts'
import { useReturnedFocus } from './return-focus.ts'
import { Who } from './who.tsx'
import { deskWords } from './words.ts'

/** What was bid for an auction that is over, and by whom. */
export function BidBook({ auction }: { readonly auction: ListedAuctionView }) {
  const [bids, set] = useState<readonly BidView[] | null>(null)
  const [failure, fail] = useState<unknown>(null)
  const names = useNames(auction)
  useEffect(() => {
    readBids(auction.id).then(set, fail)
  }, [auction.id])
  if (failure !== null) return <p class="alert bid-book">{explain(failure)}</p>
  if (bids === null) return <p class="muted bid-book">{words.value.loading}</p>
  return (
    <div class="bid-book" data-testid="bid-book">
      <LotBids auction={auction} bids={bids} names={names} />
      {mayKnowNames(auction) ? (
        <Bidders names={names} canKeepOut={user.value?.id === auction.seller.id} />
      ) : (
        <p class="hint">{deskWords.value.namesLater}</p>
      )}
    </div>
  )
}

/** Who the paddles were, and the way to keep one out of one's own auctions. */
function Bidders({ names, canKeepOut }: { readonly names: Names; readonly canKeepOut: boolean }) {
  const [kept, keep] = useState<ReadonlySet<string>>(new Set())
  useEffect(() => {
    if (!canKeepOut) return
    client.blocks().then(
      ({ items }) => keep(new Set(items)),
      () => undefined,
    )
  }, [canKeepOut])
  const turn = async (id: string, out: boolean) => {
    await (out ? client.block(id) : client.unblock(id))
    keep((before) => new Set(out ? [...before, id] : [...before].filter((one) => one !== id)))
  }
  return (
    <section class="bidders" aria-label={deskWords.value.bidders}>
      <h3>{deskWords.value.bidders}</h3>
      <ul>
        {[...names].map(([paddle, person]) => (
          <Bidder
            key={paddle}
            paddle={paddle}
            names={names}
            person={person}
            isOut={kept.has(person.id)}
            turn={canKeepOut ? (out) => turn(person.id, out) : null}
          />
        ))}
      </ul>
    </section>
  )
}

type BidderProps = {
  readonly paddle: string
  readonly names: Names
  readonly person: { readonly displayName: string; readonly email: string }
  readonly isOut: boolean
  readonly turn: ((out: boolean) => Promise<void>) | null
}

function Bidder({ paddle, names, person, isOut, turn }: BidderProps) {
  const [asked, ask] = useState(false)
  const row = useRef<HTMLLIElement>(null)
  useReturnedFocus(row, asked ? 'keep-out' : null)
  const texts = deskWords.value
  const { displayName, email } = person
  return (
    <li ref={row} tabIndex={-1} data-testid="bidder" data-out={isOut}>
      <p>
        <Who paddle={paddle} names={names} />
        {isOut && <span class="tag">{texts.keptOut}</span>}
        <a class="bidder-mail" href={`mailto:${email}`}>
          {email}
        </a>
      </p>
      {turn !== null && !asked && (
        <button
          type="button"
          class="quiet"
          data-act="keep-out"
          aria-label={isOut ? undefined : texts.keepOutOf(displayName)}
          onClick={() => ask(true)}
        >
          {isOut ? texts.letIn : texts.keepOut}
        </button>
      )}
      {turn !== null && asked && (
        <Ask
          question={isOut ? texts.sureLetIn(displayName) : texts.sureKeepOut(displayName)}
          yes={isOut ? texts.yes.letIn : texts.yes.keepOut}
          onYes={async () => {
            await turn(!isOut)
            mention('keep-out', isOut ? texts.sureLetIn(displayName) : `${displayName}: ${texts.keptOut}.`)
            ask(false)
          }}
          onNo={() => ask(false)}
        />
      )}
    </li>
  )
}
