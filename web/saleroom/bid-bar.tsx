import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { money } from '../shared/money.ts'
import { formatRemaining, now } from '../shared/time.ts'
import { words } from '../shared/words.ts'
import { room } from './room.ts'
import { saleroomWords } from './words.ts'

const isAway = signal(false)

/** On a small screen, while the bid form is out of sight: the price, the time, and the way to the form. */
export function BidBar() {
  useEffect(() => {
    const form = document.getElementById('bid-form')
    if (form === null) return
    const observer = new IntersectionObserver(([entry]) => (isAway.value = entry?.isIntersecting === false))
    observer.observe(form)
    return () => observer.disconnect()
  }, [])
  const { auction } = room.value!
  if (!isAway.value || auction.status !== 'open' || auction.closesAt === null) return null
  return (
    <div class="bid-bar">
      <p>
        <strong>{money.value(auction.price ?? auction.terms.startPrice, auction.currency)}</strong>
        <span class="muted">{formatRemaining(Date.parse(auction.closesAt) - now.value, words.value.day)}</span>
      </p>
      <a class="primary" href="#bid-form">
        {saleroomWords.value.toBid}
      </a>
    </div>
  )
}
