import { words } from '../shared/words.ts'
import { attempt, attemptText, send, withdraw } from './bidding.ts'

/** What became of the bid, in words. */
export function BidAnswer() {
  const now = attempt.value
  if (now.kind === 'none' || now.kind === 'asked') return null
  const look = now.kind === 'answered' ? now.answer.outcome : now.kind
  return (
    <div class={`answer ${look}`} data-testid="answer" data-answer={look}>
      <p>{attemptText(now)}</p>
      {now.kind === 'unknown' && (
        <button type="button" class="secondary" onClick={() => void send(now.offer, now.key)}>
          {words.value.tryAgain}
        </button>
      )}
      {(now.kind === 'refused' || now.kind === 'answered') && (
        <button type="button" class="dismiss" aria-label="OK" onClick={withdraw}>
          ×
        </button>
      )}
    </div>
  )
}
