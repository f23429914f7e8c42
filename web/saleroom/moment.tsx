import { useEffect } from 'preact/hooks'
import { Icon, Mark } from '../shared/icons.tsx'
import { money } from '../shared/money.ts'
import { words } from '../shared/words.ts'
import { nextWords } from './next-words.ts'
import { hasJustEnded, room } from './room.ts'
import { saleroomWords } from './words.ts'

const SHOWN_MS = 12_000

/** The hammer comes down, for everyone who is there at once. It takes no place, no focus, and goes by itself. */
export function Moment() {
  const { auction, you } = room.value!
  const isShown = hasJustEnded.value && auction.outcome !== null
  useEffect(() => {
    if (!isShown) return
    const timer = setTimeout(() => (hasJustEnded.value = false), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [isShown])
  if (!isShown) return null
  const { result, price, winner } = auction.outcome!
  const texts = saleroomWords.value
  const isMine = winner !== null && winner === you?.paddle
  return (
    <div class={`moment ${result} ${isMine ? 'mine' : ''}`} data-testid="moment" aria-hidden="true">
      <Mark />
      <p class="moment-word">{result === 'sold' ? words.value.sold : words.value.unsold}</p>
      {price !== null && <p class="moment-price figure">{money.value(price, auction.currency)}</p>}
      {winner !== null && <p>{isMine ? nextWords.value.youWon : texts.soldTo(winner)}</p>}
      {!isMine && you?.paddle && (
        <p>
          {words.value.standing.lost} · {texts.paddle(you.paddle)}
        </p>
      )}
      <button type="button" class="dismiss" tabIndex={-1} onClick={() => (hasJustEnded.value = false)}>
        <Icon of="close" />
      </button>
    </div>
  )
}
