import { words } from '../shared/words.ts'
import { Icon } from '../shared/icons.tsx'
import { Later } from '../shared/later.tsx'
import { attempt, attemptText } from './attempt.ts'
import { resultText, room } from './room.ts'
import { saleroomWords } from './words.ts'

const loadAfterWin = () => import('./after-win.tsx').then(({ AfterWin }) => AfterWin)

/** What came of it. */
export function Result() {
  const { auction, you } = room.value!
  const look = auction.status === 'cancelled' ? 'cancelled' : (auction.outcome?.result ?? 'unsold')
  const standing = you?.standing ?? 'none'
  const isMine = standing === 'won' || (standing === 'lost' && look === 'sold')
  return (
    <div class={`standing ended ${look} ${standing}`} data-testid="standing" data-standing={standing}>
      <p class="result" data-testid="result" data-result={look}>
        {resultText(room.value!)}
      </p>
      {isMine && (
        <p class="standing-word">
          <Icon of={standing} />
          {words.value.standing[standing]}
          {you?.paddle && <span class="tag">{saleroomWords.value.paddle(you.paddle)}</span>}
        </p>
      )}
      {attempt.value.kind !== 'none' && attempt.value.kind !== 'asked' && attempt.value.kind !== 'answered' && (
        <p data-testid="answer" data-answer={attempt.value.kind}>
          {attemptText(attempt.value)}
        </p>
      )}
      {standing === 'won' && <Later load={loadAfterWin} />}
    </div>
  )
}
