import { words } from '../shared/words.ts'
import { phase, room } from './room.ts'
import { saleroomWords } from './words.ts'

/** Connected, reconnecting, offline: always to be seen, and what it means for the price. */
export function ConnectionState() {
  const state = phase.value
  const lost = state === 'reconnecting' || state === 'offline'
  const watching = room.value !== null && state === 'live' ? saleroomWords.value.watching(room.value.watching) : null
  return (
    <div class={`connection ${state}`} data-testid="connection" data-phase={state}>
      <p>
        <span class="lamp" aria-hidden="true" />
        {words.value.phase[state]}
        {watching !== null && <span class="muted"> · {watching}</span>}
      </p>
      {lost && room.value !== null && <p class="warning">{saleroomWords.value.stale}</p>}
    </div>
  )
}
