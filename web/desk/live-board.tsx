import { useComputed } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { explain } from '../shared/refusals.ts'
import { now } from '../shared/time.ts'
import { words } from '../shared/words.ts'
import { Board } from './board.ts'
import { BoardActs } from './board-acts.tsx'
import { FILTERS, filters, isShown, lay, layout, turn } from './board-view.ts'
import { boardWords } from './board-words.ts'
import { Choice } from './choice.tsx'
import { isRunning } from './hammer.ts'
import { LiveLot } from './live-lot.tsx'
import { LiveTable } from './live-table.tsx'
import { addressOf } from './place.ts'
import { deskWords } from './words.ts'

/** Every running auction at once, each with its price, its time, its bids and the hammer. */
export function LiveBoard() {
  const board = useMemo(() => new Board(), [])
  useEffect(() => () => board.close(), [board])
  const shown = board.shown.value
  const failure = board.failure.value
  if (failure !== null && shown === null)
    return (
      <div role="alert" class="alert">
        <p>{explain(failure)}</p>
        <button type="button" class="secondary" onClick={() => void board.read()}>
          {words.value.tryAgain}
        </button>
      </div>
    )
  if (shown === null) return <p class="muted">{words.value.loading}</p>
  if (shown.length === 0) return <NothingRuns />
  return (
    <section class="board" aria-label={deskWords.value.places.live}>
      <BoardState board={board} />
      <Lots board={board} />
    </section>
  )
}

/** What passes the filters, as cards or as a table, with what can be done with all of it. */
function Lots({ board }: { readonly board: Board }) {
  // As text: it changes when what is shown does, and not with every tick of the clock.
  const shown = useComputed(() =>
    (board.shown.value ?? [])
      .filter((id) => isShown(board.lot(id).value.auction, filters.value, filters.value.size === 0 ? 0 : now.value))
      .join(),
  )
  const ids = shown.value === '' ? [] : shown.value.split(',')
  return (
    <>
      <BoardBar />
      <BoardActs board={board} ids={ids} />
      {ids.length === 0 ? (
        <p class="notice">{boardWords.value.nothingFits}</p>
      ) : layout.value === 'table' ? (
        <LiveTable board={board} ids={ids} />
      ) : (
        <ul class="board-lots">
          {ids.map((id) => (
            <LiveLot key={id} lot={board.lot(id)} renew={(view) => board.renew(view)} />
          ))}
        </ul>
      )}
    </>
  )
}

function BoardBar() {
  const texts = boardWords.value
  return (
    <div class="board-bar">
      <fieldset class="stages" aria-label={texts.only}>
        {FILTERS.map((filter) => (
          <button
            key={filter}
            type="button"
            class="pill"
            aria-pressed={filters.value.has(filter)}
            data-testid={`filter-${filter}`}
            onClick={() => turn(filter)}
          >
            {texts.filters[filter]}
          </button>
        ))}
      </fieldset>
      <Choice
        label={texts.layout}
        options={[
          ['cards', texts.layouts.cards],
          ['table', texts.layouts.table],
        ]}
        chosen={layout.value}
        onChoose={lay}
      />
    </div>
  )
}

function BoardState({ board }: { readonly board: Board }) {
  const running = useComputed(
    () => (board.shown.value ?? []).filter((id) => isRunning(board.lot(id).value.auction)).length,
  )
  const state = board.phase.value
  return (
    <div class={`connection ${state}`} data-testid="connection" data-phase={state}>
      <p>
        <span class="lamp" aria-hidden="true" />
        {words.value.phase[state]}
      </p>
      <p class="muted">{deskWords.value.running(running.value)}</p>
    </div>
  )
}

function NothingRuns() {
  const { nothingRuns, nothingRunsHint, places } = deskWords.value
  return (
    <div class="empty">
      <h2>{nothingRuns}</h2>
      <p>{nothingRunsHint}</p>
      <a class="primary" href={addressOf('new')}>
        {places.new}
      </a>
    </div>
  )
}
