import { computed } from '@preact/signals'
import type { TermsView } from '../../src/sdk/index.ts'
import { stageOf } from '../shared/stage.ts'
import { formatLength, formatRemaining, fullTime, now } from '../shared/time.ts'
import { words } from '../shared/words.ts'
import { extended, extensionText, room } from './room.ts'
import { saleroomWords } from './words.ts'

const URGENT_MS = 60_000
/** Seconds are too coarse for the last of them. */
const TENTHS_MS = 10_000

/** What is left of an open auction. */
const leftNow = computed(() => {
  const { status, closesAt } = room.value!.auction
  return status === 'open' && closesAt !== null ? Date.parse(closesAt) - now.value : null
})

/** What the clock says, and whether its last minute runs: changes once a second, not with every tick. */
export const timeLeft = computed(() => {
  const { status, opensAt, leftMs } = room.value!.auction
  const ms =
    status === 'open' ? leftNow.value : status === 'scheduled' ? Date.parse(opensAt!) - now.value : (leftMs ?? null)
  if (ms === null) return null
  return status === 'open' && ms < TENTHS_MS
    ? (Math.max(0, ms) / 1_000).toFixed(1)
    : formatRemaining(ms, words.value.day)
})
/** Close to the end, in ms; null before and after. */
export const urgentMs = computed(() => {
  const ms = leftNow.value
  return ms !== null && ms <= URGENT_MS ? Math.max(0, ms) : null
})
const stage = computed(() => stageOf(room.value!.auction))
export const look = computed(() => stage.value.look)
const word = computed(() => stage.value.word)

/** The stage, and the time left on the service's clock. Whoever cannot see it hears marks, not seconds. */
export function Countdown() {
  const { status, terms, extensions } = room.value!.auction
  const isOver = status === 'closed' || status === 'cancelled'
  const isExtended = extended.value !== null && status === 'open'
  return (
    <div class={`countdown ${look.value}`} data-testid="stage" data-stage={look.value}>
      <p class="stage-word">{word}</p>
      {timeLeft.value !== null && <Clock />}
      <p class="when">{whenText()}</p>
      <p class={isExtended ? 'rule moved' : 'rule'} data-testid={isExtended ? 'extended' : undefined}>
        {isExtended ? extensionText(extended.value!) : isOver ? '' : endRule(terms.softClose, extensions)}
      </p>
    </div>
  )
}

function Clock() {
  const { remaining, untilOpening } = saleroomWords.value
  const { status } = room.value!.auction
  return (
    <p class={urgentMs.value === null ? 'clock' : 'clock urgent'}>
      <span class="label">{status === 'scheduled' ? untilOpening : remaining}</span>
      <span role="timer" aria-live="off" data-testid="clock">
        {timeLeft}
      </span>
    </p>
  )
}

function endRule(softClose: TermsView['softClose'], extensions: number): string {
  const { hardRule, softRule } = saleroomWords.value
  if (softClose === null || extensions >= (softClose.maxExtensions ?? Infinity)) return hardRule
  return softRule(formatLength(softClose.windowSeconds), formatLength(softClose.extensionSeconds))
}

function whenText(): string {
  const { status, closesAt } = room.value!.auction
  const { ends, ended, whenResumed } = saleroomWords.value
  if (status === 'paused') return whenResumed
  if (closesAt === null) return ''
  if (status === 'closed') return ended(fullTime(closesAt))
  // When it opens is said where one stands.
  return status === 'open' || status === 'scheduled' ? ends(fullTime(closesAt)) : ''
}
