import { resultText, room } from './room.ts'
import { saleroomWords } from './words.ts'

/** What came of it, or why it rests. */
export function Result() {
  const { auction } = room.value!
  if (auction.status === 'paused')
    return <p class="result paused">{saleroomWords.value.pausedBecause(auction.statusReason ?? '')}</p>
  if (auction.status !== 'closed' && auction.status !== 'cancelled') return null
  const look = auction.status === 'cancelled' ? 'cancelled' : (auction.outcome?.result ?? '')
  return (
    <p class={`result ${look}`} data-testid="result" data-result={look}>
      {resultText(room.value!)}
    </p>
  )
}
