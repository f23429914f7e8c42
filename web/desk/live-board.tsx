import { useComputed } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { explain } from '../shared/refusals.ts'
import { words } from '../shared/words.ts'
import { Board } from './board.ts'
import { isRunning } from './hammer.ts'
import { LiveLot } from './live-lot.tsx'
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
      <ul class="board-lots">
        {shown.map((id) => (
          <LiveLot key={id} lot={board.lot(id)} renew={(view) => board.renew(view)} />
        ))}
      </ul>
    </section>
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
