import { money } from '../shared/money.ts'
import { ruleWords, rulesOf } from '../shared/rules.ts'
import { room } from './room.ts'

/** The rules of this auction in plain words, and the table of its steps. */
export function Conditions() {
  const { terms, currency, format, reserve, price } = room.value!.auction
  return (
    <div class="rules-and-steps">
      <ul class="rules">
        {rulesOf(terms, { currency, format, price, hasReserve: reserve !== 'none' }).map((rule) => (
          <li key={rule}>{rule}</li>
        ))}
      </ul>
      <Steps />
    </div>
  )
}

/** Rows far beyond this auction's prices help nobody. */
const ROWS = 10

function Steps() {
  const { terms, currency, price } = room.value!.auction
  const texts = ruleWords.value
  const { increments } = terms
  if (!Array.isArray(increments) || increments.length === 1) return null
  const show = (amount: number) => money.value(amount, currency)
  const reached = increments.findLastIndex(({ from }) => from <= (price ?? terms.startPrice))
  const first = Math.max(0, Math.min(reached - 2, increments.length - ROWS))
  return (
    <table class="steps figure">
      <caption>{texts.steps}</caption>
      <thead>
        <tr>
          <th scope="col">{texts.stepFrom}</th>
          <th scope="col">{texts.step}</th>
        </tr>
      </thead>
      <tbody>
        {increments.slice(first, first + ROWS).map(({ from, step }, i) => (
          <tr key={from} class={first + i === reached ? 'current' : ''}>
            <td>
              {show(from)}
              {first + i === reached && <span class="tag strong">{texts.stepNow}</span>}
            </td>
            <td>{show(step)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
