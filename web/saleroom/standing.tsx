import { Icon } from '../shared/icons.tsx'
import { money } from '../shared/money.ts'
import { now } from '../shared/time.ts'
import { words } from '../shared/words.ts'
import { attempt, send, withdraw } from './attempt.ts'
import { Later } from '../shared/later.tsx'
import { Result } from './result.tsx'
import { connection, room, stale } from './room.ts'
import { secretMaximum, status } from './status.ts'
import { saleroomWords } from './words.ts'

/** Seldom needed, so it comes when it is. */
const lowering = async () => (await import('./lower-maximum.tsx')).LowerMaximum

/** Where I stand, and what became of my bid: in words, with a shape, and in colour. Always there, so that nothing jumps. */
export function Standing() {
  const { auction, you } = room.value!
  if (auction.status === 'closed' || auction.status === 'cancelled') return <Result />
  const { look, shape, word, says } = status.value
  return (
    <div class={`standing ${look}`} data-testid="standing" data-standing={you?.standing ?? 'none'}>
      <p class="standing-word">
        <Icon of={shape} />
        {word}
        {you?.paddle && <span class="tag">{saleroomWords.value.paddle(you.paddle)}</span>}
      </p>
      <p {...answerMarks()}>{says}</p>
      <OwnMaximum />
      {you?.lowerable && <Later load={lowering} />}
      <AfterAnswer />
    </div>
  )
}

/** For whoever looks for the answer to a bid, the tests among them. */
function answerMarks() {
  const made = attempt.value
  if (made.kind === 'none' || made.kind === 'asked') return {}
  return { 'data-testid': 'answer', 'data-answer': made.kind === 'answered' ? made.answer.outcome : made.kind }
}

function OwnMaximum() {
  if (secretMaximum.value === null) return null
  const amount = money.value(secretMaximum.value, room.value!.auction.currency)
  return (
    <p class="small" data-testid="own-maximum">
      {saleroomWords.value.yourMaximum(amount)}
    </p>
  )
}

function AfterAnswer() {
  const made = attempt.value
  if (made.kind === 'unknown')
    return (
      <button type="button" class="secondary" onClick={() => void send(made.offer, made.key)}>
        {words.value.tryAgain}
      </button>
    )
  if (made.kind === 'sending' && stale.value) return <Withdraw bidKey={made.key} />
  if (made.kind !== 'refused') return null
  return (
    <button type="button" class="dismiss" aria-label={saleroomWords.value.dismiss} onClick={withdraw}>
      <Icon of="close" />
    </button>
  )
}

/** As long as it waits here and nowhere else. */
function Withdraw({ bidKey }: { readonly bidKey: string }) {
  void now.value
  if (!connection.mayWithdraw(bidKey)) return null
  return (
    <button type="button" class="secondary" data-testid="withdraw" onClick={() => connection.withdraw(bidKey)}>
      {saleroomWords.value.withdraw}
    </button>
  )
}
