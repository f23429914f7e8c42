import { useState } from 'preact/hooks'
import type { Offer } from '../../src/sdk/index.ts'
import { figure, leads, least, maySend, offer, press, spoken } from './bidding.ts'
import { saleroomWords } from './words.ts'

/** Shows the amount and sends the amount it shows: while a finger is on it, it does not change. */
export function BidButton() {
  const [under, hold] = useState<Offer | null>(null)
  const shown = under ?? offer.value
  const texts = saleroomWords.value
  const low = figure.value === null || least.value === null || figure.value < least.value
  const upTo = leads.value ? texts.raiseTo : texts.bidUpTo
  const says = shown === null ? texts.noAmount : ('amount' in shown ? texts.bid : upTo)(spoken(shown))
  const letGo = () => hold(null)
  return (
    <button
      type="submit"
      class="primary"
      data-testid="bid"
      disabled={shown === null || !maySend.value || (low && under === null)}
      onPointerDown={() => hold(offer.value)}
      onPointerLeave={letGo}
      onPointerCancel={letGo}
      onClick={() => {
        if (shown !== null && maySend.value) press(shown)
        letGo()
      }}
    >
      {says}
    </button>
  )
}
