import { Icon } from '../shared/icons.tsx'
import { senses, turn } from '../shared/senses.ts'
import { words } from '../shared/words.ts'
import { isPolling, phase, room } from './room.ts'
import { saleroomWords } from './words.ts'

/** Connected, reconnecting, offline: always to be seen; how many watch; and whether the page may sound. */
export function ConnectionState() {
  const state = phase.value
  // Before it opens and while it is paused nothing is live but the line.
  const isLive = state !== 'live' || room.value?.auction.status === 'open'
  const watching = state === 'live' ? (room.value?.watching ?? 0) : 0
  return (
    <div class={`connection ${isLive ? state : 'ready'}`} data-testid="connection" data-phase={state}>
      <p>
        <span class="lamp" aria-hidden="true" />
        {!isLive
          ? saleroomWords.value.connected
          : isPolling.value
            ? saleroomWords.value.polling
            : words.value.phase[state]}
      </p>
      {watching > 0 && <p class="muted">{saleroomWords.value.watching(watching)}</p>}
      <SoundSwitch />
    </div>
  )
}

function SoundSwitch() {
  const on = senses.value.sounds
  return (
    <button
      type="button"
      class="quiet sound"
      aria-pressed={on}
      aria-label={saleroomWords.value.sounds}
      onClick={() => turn('sounds', !on)}
    >
      <Icon of={on ? 'sound' : 'silent'} />
    </button>
  )
}
