import { closeCodes } from '../../src/codes.ts'
import { signInAddress } from '../shared/frame.tsx'
import { words } from '../shared/words.ts'
import { BidBar } from './bid-bar.tsx'
import { BidForm } from './bid-form.tsx'
import { Conditions } from './conditions.tsx'
import { ConnectionState } from './connection-state.tsx'
import { Countdown } from './countdown.tsx'
import { History } from './history.tsx'
import { Pictures } from './pictures.tsx'
import { PricePanel } from './price-panel.tsx'
import { Result } from './result.tsx'
import { Standing } from './standing.tsx'
import { ending, room } from './room.ts'
import { saleroomWords } from './words.ts'

/** One auction: what it is on one side, where it stands and what one can do on the other. */
export function Saleroom() {
  if (room.value === null) return ending.value === null ? <Waiting /> : <TurnedAway />
  const { auction } = room.value
  const { seller } = saleroomWords.value
  return (
    <div class="saleroom-grid">
      <header class="lot-head">
        <h1>{auction.title}</h1>
        <p class="muted">{seller(auction.seller.displayName)}</p>
      </header>
      <section class="rostrum" aria-label={auction.title}>
        <ConnectionState />
        <Countdown />
        <PricePanel />
        <Result />
        <Standing />
        <BidForm />
      </section>
      <div class="lot">
        <Pictures />
        {auction.description !== '' && <p class="description">{auction.description}</p>}
        <Conditions />
      </div>
      <History />
      <BidBar />
    </div>
  )
}

function Waiting() {
  return (
    <div class="waiting" aria-busy="true">
      <ConnectionState />
      <p>{words.value.loading}</p>
    </div>
  )
}

function TurnedAway() {
  const { gone, membersOnly, notAllowed, toCatalogue } = saleroomWords.value
  const members = ending.value === closeCodes.not_signed_in.code
  return (
    <div class="waiting">
      <h1>{members ? membersOnly : ending.value === closeCodes.auction_not_found.code ? gone : notAllowed}</h1>
      {members ? <a href={signInAddress()}>{words.value.signIn}</a> : <a href="/">{toCatalogue}</a>}
    </div>
  )
}
