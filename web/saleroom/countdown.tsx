import { stageOf } from '../shared/stage.ts'
import { formatRemaining, fullTime, now } from '../shared/time.ts'
import { words } from '../shared/words.ts'
import { extended, extensionText, room } from './room.ts'
import { saleroomWords } from './words.ts'

/** The stage, and the time left on the service's clock. Whoever cannot see it hears marks, not seconds. */
export function Countdown() {
  const { auction } = room.value!
  const stage = stageOf(auction)
  return (
    <div class={`countdown ${stage.look}`} data-testid="stage" data-stage={stage.look}>
      <p class="stage-word">{stage.word}</p>
      {stage.until !== null && <Clock until={stage.until} />}
      <p class="muted when">{whenText()}</p>
      {extended.value !== null && auction.status === 'open' && (
        <p class="notice" data-testid="extended">
          {extensionText(extended.value.to, extended.value.reason)}
        </p>
      )}
    </div>
  )
}

function Clock({ until }: { until: string }) {
  const { remaining, untilOpening } = saleroomWords.value
  const label = room.value!.auction.status === 'scheduled' ? untilOpening : remaining
  const left = Date.parse(until) - now.value
  const urgent = left <= 60_000 && room.value!.auction.status === 'open'
  return (
    <p class={urgent ? 'clock urgent' : 'clock'}>
      <span class="muted">{label}</span>{' '}
      <span role="timer" aria-live="off" data-testid="clock">
        {formatRemaining(left, words.value.day)}
      </span>
    </p>
  )
}

function whenText(): string {
  const { status, opensAt, closesAt } = room.value!.auction
  const { opens, ends, ended } = saleroomWords.value
  if (status === 'scheduled') return opensAt === null ? '' : opens(fullTime(opensAt))
  if (status === 'closed') return closesAt === null ? '' : ended(fullTime(closesAt))
  return status === 'open' && closesAt !== null ? ends(fullTime(closesAt)) : ''
}
