import { useComputed } from '@preact/signals'
import { money } from '../shared/money.ts'
import { stageOf } from '../shared/stage.ts'
import { formatRemaining, now, timeOfDay } from '../shared/time.ts'
import { words } from '../shared/words.ts'
import type { Board } from './board.ts'
import { totalsOf } from './board-view.ts'
import { boardWords } from './board-words.ts'
import { isOver } from './hammer.ts'
import { addressOf } from './place.ts'
import { deskWords } from './words.ts'

type TableProps = { readonly board: Board; readonly ids: readonly string[] }

/** Every running auction in one line, and what they come to together. */
export function LiveTable({ board, ids }: TableProps) {
  const { columns } = boardWords.value
  return (
    <div class="live-table">
      <table data-testid="live-table">
        <thead>
          <tr>
            <th scope="col">{columns.lot}</th>
            <th scope="col">{columns.left}</th>
            <th scope="col" class="figure-column">
              {columns.price}
            </th>
            <th scope="col" class="figure-column">
              {columns.bids}
            </th>
            <th scope="col">{columns.leader}</th>
            <th scope="col">{columns.reserve}</th>
          </tr>
        </thead>
        <tbody>
          {ids.map((id) => (
            <Row key={id} board={board} id={id} />
          ))}
        </tbody>
        <Totals board={board} ids={ids} />
      </table>
    </div>
  )
}

function Row({ board, id }: { readonly board: Board; readonly id: string }) {
  const { auction } = board.lot(id).value
  const { title, price, terms, currency, bidCount, leader, outcome, reserve } = auction
  const look = useComputed(() => stageOf(board.lot(id).value.auction).look)
  const paddle = isOver(auction) ? (outcome?.winner ?? null) : leader
  return (
    <tr class={look.value} data-testid="live-row" data-auction={id} data-status={auction.status}>
      <th scope="row">
        <a href={`/auctions/${id}`}>{title}</a>
      </th>
      <Left board={board} id={id} />
      <td class="figure figure-column" data-minor={price ?? ''}>
        {price === null ? (
          <span class="muted">{money.value(terms.startPrice, currency)}</span>
        ) : (
          money.value(price, currency)
        )}
      </td>
      <td class="figure figure-column">{bidCount}</td>
      <td class="figure">{paddle ?? '–'}</td>
      <td>{words.value.reserve[reserve]}</td>
    </tr>
  )
}

/** The time that is left while it runs, and else its stage; redrawn when what it says changes. */
function Left({ board, id }: { readonly board: Board; readonly id: string }) {
  const says = useComputed(() => {
    const { auction } = board.lot(id).value
    const { status, closesAt } = auction
    if (status === 'open' && closesAt !== null)
      return formatRemaining(Date.parse(closesAt) - now.value, words.value.day)
    return stageOf(auction).word
  })
  const { closesAt, status } = board.lot(id).value.auction
  return (
    <td class="live-left figure">
      <a
        href={addressOf('live', id)}
        title={status === 'open' && closesAt !== null ? deskWords.value.ends(timeOfDay(closesAt)) : undefined}
      >
        {says.value}
      </a>
    </td>
  )
}

function Totals({ board, ids }: TableProps) {
  const totals = totalsOf(ids.map((id) => board.lot(id).value.auction))
  const { total } = boardWords.value
  return (
    <tfoot>
      {totals.map(({ currency, count, price }) => (
        <tr key={currency} data-testid="total" data-currency={currency} data-minor={price}>
          <th scope="row" colSpan={2}>
            {total(count, currency)}
          </th>
          <td class="figure figure-column">{money.value(price, currency)}</td>
        </tr>
      ))}
    </tfoot>
  )
}
