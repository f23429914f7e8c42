import { computed } from '@preact/signals'
import type { TermsView } from '../../src/sdk/index.ts'
import { stageOf } from '../shared/stage.ts'
import { formatLength, formatRemaining, fullTime, now } from '../shared/time.ts'
import { words } from '../shared/words.ts'
import { extended, extensionText, room } from './room.ts'
import { saleroomWords } from './words.ts'

const URGENT_MS = 60_000

/** What the clock says, and whether its last minute runs: changes once a second, not with every tick. */
export const timeLeft = computed(() => {
  const { status, closesAt, opensAt } = room.value!.auction
  const until = status === 'open' ? closesAt : status === 'scheduled' ? opensAt : null
  return until === null ? null : formatRemaining(Date.parse(until) - now.value, words.value.day)
})
const isUrgent = computed(() => {
  const { status, closesAt } = room.value!.auction
  return status === 'open' && closesAt !== null && Date.parse(closesAt) - now.value <= URGENT_MS
})
const stage = computed(() => stageOf(room.value!.auction))
export const look = computed(() => stage.value.look)
const word = computed(() => stage.value.word)

/** The stage, and the time left on the service's clock. Whoever cannot see it hears marks, not seconds. */
export function Countdown() {
  const { status, terms } = room.value!.auction
  const isOver = status === 'closed' || status === 'cancelled'
  const isExtended = extended.value !== null && status === 'open'
  return (
    <div class={`countdown ${look.value}`} data-testid="stage" data-stage={look.value}>
      <p class="stage-word">{word}</p>
      {timeLeft.value !== null && <Clock />}
      <p class="when">{whenText()}</p>
      <p class={isExtended ? 'rule moved' : 'rule'} data-testid={isExtended ? 'extended' : undefined}>
        {isExtended ? extensionText(extended.value!) : isOver ? '' : endRule(terms.softClose)}
      </p>
    </div>
  )
}

function Clock() {
  const { remaining, untilOpening } = saleroomWords.value
  return (
    <p class={isUrgent.value ? 'clock urgent' : 'clock'}>
      <span class="label">{room.value!.auction.status === 'scheduled' ? untilOpening : remaining}</span>
      <span role="timer" aria-live="off" data-testid="clock">
        {timeLeft}
      </span>
    </p>
  )
}

function endRule(softClose: TermsView['softClose']): string {
  const { hardRule, softRule } = saleroomWords.value
  if (softClose === null) return hardRule
  return softRule(formatLength(softClose.windowSeconds), formatLength(softClose.extensionSeconds))
}

function whenText(): string {
  const { status, closesAt } = room.value!.auction
  const { ends, ended } = saleroomWords.value
  if (closesAt === null) return ''
  if (status === 'closed') return ended(fullTime(closesAt))
  // When it opens is said where one stands.
  return status === 'open' || status === 'scheduled' ? ends(fullTime(closesAt)) : ''
}
