import { formatNames, formats } from '../formats/formats.ts'
import { locale } from '../shared/language.ts'
import { TABLES } from '../shared/rules.ts'
import { isOpeningFree } from './form-check.ts'
import { Check, FigureField, Select } from './fields.tsx'
import type { Steps } from './form-shape.ts'
import { form, original, set } from './form.ts'
import { deskWords } from './words.ts'

const CURRENCIES = 'EUR USD GBP CHF JPY MXN ARS CLP COP PEN UYU BRL CAD AUD NZD KWD'.split(' ')

export function PriceFields() {
  const texts = deskWords.value
  const { falls, hasBuyNow } = formats[form.value.format]
  // Once it has opened it is of no other.
  const kinds = isOpeningFree() ? formatNames : [form.value.format]
  return (
    <fieldset>
      <legend>{texts.prices}</legend>
      <Select name="format" label={texts.format} options={kinds.map((one) => [one, texts.formats[one]])} />
      <div class="pair">
        <FigureField name="startPrice" label={falls ? texts.ceiling : texts.startPrice} />
        <Select name="currency" label={texts.currency} options={currencies()} />
      </div>
      <div class="pair">
        <FigureField
          name="reservePrice"
          label={texts.reservePrice}
          hint={falls ? texts.reserveHintFalling : texts.reserveHint}
          isOptional
        />
        {hasBuyNow && <FigureField name="buyNowPrice" label={texts.buyNowPrice} hint={texts.buyNowHint} isOptional />}
      </div>
      {form.value.reservePrice !== '' && (
        <>
          {hasBuyNow && <BelowReserve />}
          <Check name="revealReserve" label={texts.revealReserve} />
        </>
      )}
      <Increments />
    </fieldset>
  )
}

/** The one an auction has may be none of the usual; once it has opened it has no other. */
function currencies(): [string, string][] {
  const names = new Intl.DisplayNames(locale.value, { type: 'currency' })
  const codes = isOpeningFree() ? CURRENCIES : [original.value!.currency]
  return [...new Set([...codes, form.value.currency])].map((code) => [code, `${code} · ${names.of(code) ?? code}`])
}

function BelowReserve() {
  const { belowReserve, below } = deskWords.value
  return (
    <div class="field">
      <p class="label" aria-hidden="true">
        {belowReserve} …
      </p>
      <div class="options" role="radiogroup" aria-label={belowReserve}>
        {(['steps', 'full'] as const).map((one) => (
          <label key={one} class="option">
            <input
              type="radio"
              name="belowReserve"
              value={one}
              checked={form.value.belowReserve === one}
              onChange={() => set('belowReserve', one)}
            />
            <span>
              {below[one][0]} <span class="hint">{below[one][1]}</span>
            </span>
          </label>
        ))}
      </div>
    </div>
  )
}

function Increments() {
  const texts = deskWords.value
  const known = form.value.table ?? original.value?.terms.increments
  const isKeepable = Array.isArray(known) && known.length > 1
  const all: Steps[] = [...(isKeepable ? (['kept'] as const) : []), ...TABLES, 'single', 'percent']
  const { increments } = form.value
  return (
    <>
      <Select name="increments" label={texts.increments} options={all.map((one) => [one, texts.steps[one]])} />
      {increments === 'single' && (
        <div class="pair">
          <FigureField name="step" label={texts.step} />
        </div>
      )}
      {increments === 'percent' && (
        <div class="pair">
          <FigureField name="percent" label={texts.percent} />
          <FigureField name="atLeast" label={texts.atLeast} isOptional />
        </div>
      )}
    </>
  )
}
