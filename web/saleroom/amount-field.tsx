import { locale } from '../shared/language.ts'
import { formatFigure } from '../shared/figures.ts'
import { money } from '../shared/money.ts'
import { field, figure, holdField, leads, least, mode, proposed, releaseField, type } from './bidding.ts'
import { room } from './room.ts'
import { quickAmounts } from './steps.ts'
import { saleroomWords } from './words.ts'

/** The amount: prefilled with the least that may be bid, typed as the reader writes figures, or taken from the steps. */
export function AmountField() {
  const { currency } = room.value!.auction
  const texts = saleroomWords.value
  const hint = leads.value ? texts.raiseHint : mode.value === 'exact' ? texts.exactHint : texts.maximumHint
  return (
    <div class="amount-field">
      <label htmlFor="amount">
        {mode.value === 'exact' ? texts.amountLabel(currency) : texts.maximumLabel(currency)}
      </label>
      <input
        id="amount"
        type="text"
        inputMode="decimal"
        autocomplete="off"
        enterkeyhint="done"
        value={field.value}
        aria-describedby="amount-hint amount-wrong"
        aria-invalid={figure.value === null}
        onFocus={(event) => {
          holdField()
          event.currentTarget.select()
        }}
        onBlur={releaseField}
        onInput={(event) => type(event.currentTarget.value)}
      />
      <QuickAmounts />
      <p id="amount-hint" class="muted small">
        {hint}
      </p>
      <p id="amount-wrong" class="wrong">
        {wrongText()}
      </p>
    </div>
  )
}

function QuickAmounts() {
  const { terms, currency } = room.value!.auction
  if (proposed.value === null) return null
  return (
    <fieldset class="quick" aria-label={saleroomWords.value.quick}>
      {quickAmounts(terms.increments, proposed.value).map((amount) => (
        <button
          key={amount}
          type="button"
          class={amount === figure.value ? 'step chosen' : 'step'}
          onClick={() => type(formatFigure(amount, currency, locale.value))}
        >
          {money.value(amount, currency)}
        </button>
      ))}
    </fieldset>
  )
}

function wrongText(): string {
  const { currency, minimumBid } = room.value!.auction
  const texts = saleroomWords.value
  if (field.value !== '' && figure.value === null)
    return texts.notAnAmount(formatFigure(minimumBid ?? 1, currency, locale.value))
  if (figure.value === null || least.value === null || figure.value >= least.value) return ''
  return leads.value
    ? texts.notAbove(money.value(least.value - 1, currency))
    : texts.below(money.value(least.value, currency))
}
