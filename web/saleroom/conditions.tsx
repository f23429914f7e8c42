import { language } from '../shared/language.ts'
import { money } from '../shared/money.ts'
import { formatLength } from '../shared/time.ts'
import { words } from '../shared/words.ts'
import { room } from './room.ts'
import { saleroomWords } from './words.ts'

/** The rules of this auction, there to be read before one bids. */
export function Conditions() {
  const { terms, currency, reserve } = room.value!.auction
  const texts = saleroomWords.value
  return (
    <details class="conditions">
      <summary>{texts.conditions}</summary>
      <dl>
        <dt>{texts.start}</dt>
        <dd>{money.value(terms.startPrice, currency)}</dd>
        <dt>{texts.reserve}</dt>
        <dd>{words.value.reserve[reserve]}</dd>
        <dt>{texts.end}</dt>
        <dd>{endRule()}</dd>
        <dt>{texts.steps}</dt>
        <dd>
          <Steps />
        </dd>
      </dl>
    </details>
  )
}

function endRule(): string {
  const { softClose } = room.value!.auction.terms
  const { hardRule, softRule, softLimit } = saleroomWords.value
  if (softClose === null) return hardRule
  const rule = softRule(formatLength(softClose.windowSeconds), formatLength(softClose.extensionSeconds))
  return softClose.maxExtensions === null ? rule : `${rule} ${softLimit(softClose.maxExtensions)}`
}

/** Rows far beyond this auction's prices help nobody. */
const ROWS = 8

function Steps() {
  const { terms, currency, price } = room.value!.auction
  const { stepFrom, stepPercent } = saleroomWords.value
  const { increments } = terms
  const show = (amount: number) => money.value(amount, currency)
  if (!Array.isArray(increments)) {
    const percent = new Intl.NumberFormat(language.value).format(increments.percent)
    return <p>{stepPercent(percent, show(increments.atLeast))}</p>
  }
  const reached = increments.findLastIndex(({ from }) => from <= (price ?? terms.startPrice))
  const first = Math.max(0, Math.min(reached - 1, increments.length - ROWS))
  return (
    <ul class="steps">
      {increments.slice(first, first + ROWS).map(({ from, step }, i) => (
        <li key={from} class={first + i === reached ? 'current' : ''}>
          {stepFrom(show(from), show(step))}
        </li>
      ))}
    </ul>
  )
}
