import { locale } from '../shared/language.ts'
import { formatFigure } from '../shared/figures.ts'
import { money } from '../shared/money.ts'
import { leads } from './attempt.ts'
import { field, figure, holdField, least, mode, releaseField, type } from './bidding.ts'
import { sign } from './falling.ts'
import { nextBid, room } from './room.ts'
import { offerWords } from './offer-words.ts'

/** The amount: prefilled with the least that may be bid, typed as the reader writes figures. */
export function AmountField() {
  const { currency } = room.value!.auction
  const texts = offerWords.value
  const hint = leads.value ? texts.raiseHint : mode.value === 'exact' ? texts.exactHint : texts.maximumHint
  const wrong = wrongText()
  return (
    <div class="amount-field">
      <label htmlFor="amount">
        {mode.value === 'exact' ? texts.amountLabel(currency) : texts.maximumLabel(currency)}
      </label>
      <input
        id="amount"
        class="figure"
        type="text"
        inputMode="decimal"
        autocomplete="off"
        enterkeyhint="done"
        value={field.value}
        aria-describedby="amount-hint"
        aria-invalid={wrong !== ''}
        onFocus={(event) => {
          holdField()
          event.currentTarget.select()
        }}
        onBlur={releaseField}
        onInput={(event) => type(event.currentTarget.value)}
      />
      <p id="amount-hint" class={wrong === '' ? 'hint muted small' : 'hint wrong'}>
        {wrong === '' ? hint : wrong}
      </p>
    </div>
  )
}

function wrongText(): string {
  const { currency } = room.value!.auction
  const texts = offerWords.value
  if (field.value !== '' && figure.value === null)
    return texts.notAnAmount(formatFigure(nextBid.value ?? 1, currency, locale.value))
  if (figure.value === null || least.value === null || sign() * (figure.value - least.value) >= 0) return ''
  return leads.value
    ? texts.notAbove(money.value(least.value - sign(), currency))
    : texts.below(money.value(least.value, currency))
}
