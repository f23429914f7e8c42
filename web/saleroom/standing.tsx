import { money } from '../shared/money.ts'
import { words } from '../shared/words.ts'
import { StandingIcon } from './icons.tsx'
import { attempt } from './bidding.ts'
import { room } from './room.ts'
import { saleroomWords } from './words.ts'

/** Where I stand: in words, with an icon, and in colour. */
export function Standing() {
  const { auction, you } = room.value!
  if (you === null || you.paddle === null) return null
  const { standing, maximum, paddle } = you
  const texts = saleroomWords.value
  const price = auction.price === null ? '' : money.value(auction.price, auction.currency)
  // The answer to the bid just made says it already.
  const isAnswered = standing === 'outbid' && attempt.value.kind === 'answered'
  const lost = auction.outcome?.result === 'sold' ? texts.youLost : ''
  const more = { outbid: texts.outbid(price), won: texts.youWon, lost, leading: '', none: '' }[standing]
  // Beaten, or paid in full, a maximum is no secret any more.
  const isSecret = maximum !== null && standing === 'leading' && maximum > (auction.price ?? 0)
  return (
    <div class={`standing ${standing}`} data-testid="standing" data-standing={standing}>
      <p class="standing-word">
        <StandingIcon of={standing} />
        {words.value.standing[standing]}
      </p>
      {more !== '' && !isAnswered && auction.status !== 'cancelled' && <p>{more}</p>}
      <p class="muted">{texts.paddle(paddle)}</p>
      {isSecret && (
        <p class="muted" data-testid="own-maximum">
          {texts.yourMaximum(money.value(maximum, auction.currency))}
        </p>
      )}
    </div>
  )
}
