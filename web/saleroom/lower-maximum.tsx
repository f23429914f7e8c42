import { useState } from 'preact/hooks'
import { formatFigure } from '../shared/figures.ts'
import { parseMoney } from '../shared/parse-money.ts'
import { client } from '../shared/full-client.ts'
import { dictionary, locale } from '../shared/language.ts'
import { money } from '../shared/money.ts'
import { explain } from '../shared/refusals.ts'
import { eitherWay, falls, sign } from './falling.ts'
import { room } from './room.ts'
import type { Texts } from './lower-words.en.ts'

const rising = dictionary<Texts>((language) => import(`./lower-words.${language}.ts`))
const lowerWords = eitherWay(rising, 'lower')

/** Who leads again by a void may lower the maximum that everyone has seen (VOID-3), until the next bid. */
export function LowerMaximum() {
  const { you, auction } = room.value!
  const lowerable = you?.lowerable ?? null
  const maximum = you?.maximum ?? you?.minimum ?? null
  return lowerable === null || maximum === null ? null : (
    <Lower key={lowerable.bid} auction={auction} {...lowerable} maximum={maximum} />
  )
}

type LowerProps = {
  readonly auction: { readonly id: string; readonly currency: string }
  readonly bid: string
  readonly least: number
  readonly maximum: number
}

function Lower({ auction: { id, currency }, bid, least, maximum }: LowerProps) {
  const texts = lowerWords.value
  const [typed, type] = useState<string | null>(null)
  const [isSending, setSending] = useState(false)
  const [failure, setFailure] = useState<unknown>(null)
  const field = typed ?? formatFigure(least, currency, locale.value)
  const figure = parseMoney(field, currency, locale.value)
  const isRight = figure !== null && sign() * (figure - least) >= 0 && sign() * (maximum - figure) > 0
  const lower = async () => {
    setSending(true)
    try {
      await client.lower(id, bid, falls.peek() ? { minimum: figure! } : figure!)
    } catch (error) {
      setFailure(error)
    }
    setSending(false)
  }
  return (
    <form
      class="lower-maximum"
      data-testid="lower-maximum"
      onSubmit={(event) => {
        event.preventDefault()
        if (isRight && !isSending) void lower()
      }}
    >
      <p>{texts.maximumKnown(money.value(maximum, currency))}</p>
      <label htmlFor="lower-to">{texts.lowerLabel(currency)}</label>
      <input
        id="lower-to"
        class="figure"
        type="text"
        inputMode="decimal"
        autocomplete="off"
        value={field}
        aria-describedby="lower-hint"
        aria-invalid={!isRight}
        onInput={(event) => type(event.currentTarget.value)}
      />
      <p id="lower-hint" class={isRight ? 'hint muted small' : 'hint wrong'}>
        {texts.lowerHint(money.value(least, currency), money.value(maximum, currency))}
      </p>
      {failure !== null && (
        <p class="alert" role="alert">
          {explain(failure, currency)}
        </p>
      )}
      <button type="submit" class="secondary" aria-disabled={!isRight || isSending}>
        {isRight ? texts.lowerTo(money.value(figure, currency)) : texts.noAmount}
      </button>
    </form>
  )
}
