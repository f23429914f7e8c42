import { money } from '../shared/money.ts'
import { formatLength, fullTime } from '../shared/time.ts'
import { TABLES, amountOf, endsBeforeItOpens, form, instantOf, softCloseOf } from './form.ts'
import { deskWords } from './words.ts'

/** What the fields come to, in sentences. */
export function Preview() {
  return (
    <section class="preview" aria-live="polite">
      <h2>{deskWords.value.preview}</h2>
      <ul>
        {sentences().map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </section>
  )
}

function sentences(): string[] {
  const { says } = deskWords.value
  const { currency, belowReserve } = form.value
  const show = (amount: number) => money.value(amount, currency)
  const start = amountOf('startPrice')
  const reserve = amountOf('reservePrice')
  const buyNow = amountOf('buyNowPrice')
  return [
    start === null ? says.noPrice : says.start(show(start)),
    stepsSentence(),
    ...(reserve === null ? [says.noReserve] : [says.reserve(show(reserve)), ...(belowReserve ? [says.full] : [])]),
    ...(buyNow === null ? [] : [says.buyNow(show(buyNow))]),
    ...timeSentences(),
  ]
}

function stepsSentence(): string {
  const { says, tables } = deskWords.value
  const { increments, currency } = form.value
  const table = TABLES.find((one) => one === increments)
  if (table !== undefined) return says.steps(tables[table])
  const step = amountOf('step')
  return step === null ? says.steps('?') : says.singleStep(money.value(step, currency))
}

function timeSentences(): string[] {
  const { says } = deskWords.value
  const opens = instantOf('opensAt')
  const closes = instantOf('closesAt')
  const soft = softCloseOf()
  return [
    opens === null ? says.opensNow : says.opens(fullTime(opens)),
    closes === null ? says.noEnd : endsBeforeItOpens() ? says.endBeforeStart : says.closes(fullTime(closes)),
    soft === null ? says.hard : says.soft(formatLength(soft.windowSeconds), formatLength(soft.extensionSeconds)),
  ]
}
