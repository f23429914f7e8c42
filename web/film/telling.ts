import { computed } from '@preact/signals'
import { language, locale } from '../shared/language.ts'
import { timeOfDay } from '../shared/time.ts'
import { type Step, showing } from './showing.ts'
import { filmWords } from './words.ts'

/** Each step of the film in words. */

const figures = computed(
  () => new Intl.NumberFormat(locale.value, { minimumFractionDigits: 1, maximumFractionDigits: 1 }),
)

export function inSeconds(ms: number): string {
  return figures.value.format(ms / 1_000)
}

/** How long after the bid before it, and by whom that was; empty for the first. */
export function gapOf(step: Step): string {
  if (step.kind !== 'bid') return ''
  const before = showing.value!.film.steps.findLast((one) => one.kind === 'bid' && one.seq < step.seq)
  if (before?.kind !== 'bid') return ''
  const { after, afterOwn } = filmWords.value
  const gap = inSeconds(step.ms - before.ms)
  return before.paddle === step.paddle ? afterOwn(gap) : after(gap, before.paddle)
}

export function sentenceOf(step: Step): string {
  const { wasVoided, extended } = filmWords.value
  switch (step.kind) {
    case 'bid':
      return step.sentences[language.value]
    case 'void':
      return wasVoided(step.paddle, step.reason)
    case 'extension':
      return extended[step.reason]
  }
}

export function extensionOf({ extendedTo }: Step): string {
  return extendedTo === null ? '' : filmWords.value.endMoved(timeOfDay(extendedTo))
}
