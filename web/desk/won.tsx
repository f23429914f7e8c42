import { useEffect } from 'preact/hooks'
import { explain } from '../shared/refusals.ts'
import { money } from '../shared/money.ts'
import { shortTime } from '../shared/time.ts'
import { words } from '../shared/words.ts'
import { totalsOf } from './board-view.ts'
import { Choice } from './choice.tsx'
import { type Buyer, PERIODS, failure, period, readWon, won } from './won-lots.ts'
import { wonWords } from './won-words.ts'

/** Who bought what: one part for each person, to be written to or printed. */
export function WonLots() {
  const chosen = period.value
  useEffect(() => void readWon(chosen), [chosen])
  const texts = wonWords.value
  return (
    <section class="won" aria-label={texts.title}>
      <div class="won-head">
        <Choice
          label={texts.closed}
          options={PERIODS.map((one) => [one, texts.periods[one]] as const)}
          chosen={chosen}
          onChoose={(one) => (period.value = one)}
        />
        {won.value !== null && won.value.buyers.length > 0 && (
          <button type="button" class="secondary" onClick={() => print()}>
            {texts.print}
          </button>
        )}
      </div>
      {failure.value === null ? (
        <Buyers />
      ) : (
        <div class="alert" role="alert">
          <p>{explain(failure.value)}</p>
          <button type="button" class="secondary" onClick={() => void readWon(chosen)}>
            {words.value.tryAgain}
          </button>
        </div>
      )}
    </section>
  )
}

function Buyers() {
  const texts = wonWords.value
  if (won.value === null) return <p class="muted">{words.value.loading}</p>
  const { buyers, isCut } = won.value
  if (buyers.length === 0)
    return (
      <div class="empty">
        <h2>{texts.none}</h2>
      </div>
    )
  return (
    <>
      {isCut && <p class="notice">{texts.cut}</p>}
      <p class="won-sum" data-testid="won-sum">
        {texts.sum(buyers.length)}: {sums(buyers.flatMap(({ lots }) => lots))}
      </p>
      {buyers.map((buyer) => (
        <OneBuyer key={buyer.person.id} buyer={buyer} />
      ))}
    </>
  )
}

function OneBuyer({ buyer }: { readonly buyer: Buyer }) {
  const { person, lots } = buyer
  const texts = wonWords.value
  return (
    <section class="buyer" data-testid="buyer" data-email={person.email}>
      <h2>{person.displayName}</h2>
      <p>
        <a href={`mailto:${person.email}`}>{person.email}</a>
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">{texts.lot}</th>
            <th scope="col">{texts.when}</th>
            <th scope="col" class="figure-column">
              {texts.price}
            </th>
          </tr>
        </thead>
        <tbody>
          {lots.map(({ id, title, price, currency, closesAt }) => (
            <tr key={id}>
              <td>
                <a href={`/auctions/${id}`}>{title}</a>
              </td>
              <td class="figure">{closesAt === null ? '' : shortTime(closesAt)}</td>
              <td class="figure figure-column">{money.value(price!, currency)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          {totalsOf(lots).map(({ currency, count, price }) => (
            <tr key={currency} data-testid="buyer-total" data-minor={price}>
              <th scope="row" colSpan={2}>
                {texts.total(count, currency)}
              </th>
              <td class="figure figure-column">{money.value(price, currency)}</td>
            </tr>
          ))}
        </tfoot>
      </table>
    </section>
  )
}

function sums(lots: Buyer['lots']): string {
  const { total } = wonWords.value
  return totalsOf(lots)
    .map(({ currency, count, price }) => `${total(count, currency)} ${money.value(price, currency)}`)
    .join(' · ')
}
