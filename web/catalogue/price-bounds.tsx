import { computed } from '@preact/signals'
import { formatFigure } from '../shared/figures.ts'
import { parseMoney } from '../shared/parse-money.ts'
import { locale } from '../shared/language.ts'
import { type Search, look, lotOf, search, shown } from './lots.ts'
import { catalogueWords } from './words.ts'

/** Bounds are of one currency: that which was asked for, or that of the first lot. */
const currency = computed(() => {
  const [first] = shown.value
  return search.value.currency || (first === undefined ? '' : lotOf(first).value.currency)
})

/** From and to, as the reader writes figures. */
export function PriceBounds() {
  const { price, from, to } = catalogueWords.value
  const { priceFrom, priceTo } = search.value
  if (currency.value === '') return null
  return (
    <fieldset class="price-bounds">
      <legend>
        {price} ({currency.value})
      </legend>
      <Bound id="priceFrom" label={from} value={priceFrom} />
      <Bound id="priceTo" label={to} value={priceTo} />
    </fieldset>
  )
}

type BoundProps = { readonly id: 'priceFrom' | 'priceTo'; readonly label: string; readonly value: string }

function Bound({ id, label, value }: BoundProps) {
  const shownValue = value === '' ? '' : formatFigure(Number(value), currency.value, locale.value)
  return (
    <>
      <label htmlFor={id} class="unseen">
        {label}
      </label>
      <input
        id={id}
        inputMode="decimal"
        placeholder={`${currency.value} ${label}`}
        value={shownValue}
        onChange={({ currentTarget }) => {
          const minor = parseMoney(currentTarget.value, currency.value, locale.peek())
          const isWrong = minor === null && currentTarget.value.trim() !== ''
          currentTarget.setAttribute('aria-invalid', String(isWrong))
          if (!isWrong) bound(id, minor === null ? '' : String(minor))
        }}
      />
    </>
  )
}

function bound(id: BoundProps['id'], value: string): void {
  const { priceFrom, priceTo }: Search = { ...search.peek(), [id]: value }
  look({ priceFrom, priceTo, currency: priceFrom === '' && priceTo === '' ? '' : currency.peek() })
}
