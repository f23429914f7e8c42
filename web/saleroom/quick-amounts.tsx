import { formatFigure } from '../shared/figures.ts'
import { Icon } from '../shared/icons.tsx'
import { locale } from '../shared/language.ts'
import { brief } from '../shared/money.ts'
import { isOpen } from './attempt.ts'
import { figure, mode, proposed, type } from './bidding.ts'
import { sign } from './falling.ts'
import { room } from './room.ts'
import { quickAmounts, quickMaxima } from '../shared/steps.ts'
import { offerWords } from './offer-words.ts'

/** A few steps at a touch: each fills the button, none sends. On a phone also the way to an own amount and a maximum. */
export function QuickAmounts() {
  const { terms, currency } = room.value!.auction
  const { quick, otherAmount, lessAmount } = offerWords.value
  if (proposed.value === null) return null
  const amounts = (mode.value === 'maximum' ? quickMaxima : quickAmounts)(terms.increments, proposed.value, sign())
  return (
    <fieldset class="quick" aria-label={quick}>
      {amounts.map((amount, place) => (
        <button
          key={place}
          type="button"
          class="step figure"
          aria-pressed={amount === figure.value}
          onClick={() => type(formatFigure(amount, currency, locale.value))}
        >
          {brief.value(amount, currency)}
        </button>
      ))}
      <button
        type="button"
        class="step toggle"
        aria-expanded={isOpen.value}
        aria-label={isOpen.value ? lessAmount : otherAmount}
        onClick={() => (isOpen.value = !isOpen.value)}
      >
        <Icon of={isOpen.value ? 'less' : 'more'} />
      </button>
    </fieldset>
  )
}
