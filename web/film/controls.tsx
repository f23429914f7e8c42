import { computed } from '@preact/signals'
import { Icon } from '../shared/icons.tsx'
import { money } from '../shared/money.ts'
import {
  SPEEDS,
  isOver,
  isPlaying,
  isStill,
  length,
  pause,
  play,
  position,
  seek,
  speed,
  walk,
  wasPlayed,
} from './player.ts'
import { showing } from './showing.ts'
import { inSeconds } from './telling.ts'
import { filmWords } from './words.ts'

/** A key moves the slider by so much. */
const STEP_MS = 500

/** The last step that was made by this moment, null before the first. */
export const current = computed(() => showing.value!.film.steps.findLast(({ ms }) => ms <= position.value) ?? null)

export const priceHere = computed(() => (current.value === null ? showing.value!.film.price : current.value.price))

/** Play, pause and again; from bid to bid; speed; and the slider, which the arrow keys move. */
export function Controls() {
  const texts = filmWords.value
  return (
    <div class="film-controls">
      <input
        type="range"
        min={0}
        max={length.value}
        step={STEP_MS / 5}
        value={position.value}
        aria-label={texts.position}
        aria-valuetext={spoken()}
        data-testid="film-position"
        onInput={({ currentTarget }) => seek(Number(currentTarget.value))}
        onKeyDown={(event) => {
          const by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key]
          if (by === undefined) return
          event.preventDefault()
          seek(position.peek() + by * STEP_MS)
        }}
      />
      <div class="film-buttons">
        {!isStill.value && <PlayButton />}
        <button
          type="button"
          class="secondary film-walk"
          aria-label={texts.previous}
          aria-disabled={position.value <= 0}
          data-testid="film-previous"
          onClick={() => walk(-1)}
        >
          <Arrow way="left" />
        </button>
        <button
          type="button"
          class="secondary film-walk"
          aria-label={texts.next}
          aria-disabled={isOver.value}
          data-testid="film-next"
          onClick={() => walk(1)}
        >
          <Arrow way="right" />
        </button>
        {!isStill.value && <Speeds />}
      </div>
      {isStill.value && <p class="small muted">{texts.still}</p>}
    </div>
  )
}

function PlayButton() {
  const { play: label, pause: stop, again } = filmWords.value
  return (
    <button
      type="button"
      class="primary film-play"
      data-testid="film-play"
      onClick={() => (isPlaying.peek() ? pause() : play())}
    >
      {isPlaying.value ? <Icon of="paused" /> : <Triangle />}
      {isPlaying.value ? stop : isOver.value && wasPlayed.value ? again : label}
    </button>
  )
}

function Speeds() {
  const { speed: label, times } = filmWords.value
  return (
    <div class="choice film-speeds" role="radiogroup" aria-label={label}>
      {SPEEDS.map((one) => (
        <label key={one}>
          <input
            type="radio"
            name="speed"
            value={one}
            checked={speed.value === one}
            onChange={() => (speed.value = one)}
          />
          {times(one)}
        </label>
      ))}
    </div>
  )
}

function spoken(): string {
  const { seconds, noPrice, leads } = filmWords.value
  const leader = current.value?.leader ?? null
  const price = priceHere.value === null ? noPrice : money.value(priceHere.value, showing.value!.auction.currency)
  return [seconds(inSeconds(position.value)), price, leader === null ? '' : leads(leader)]
    .filter((one) => one !== '')
    .join(', ')
}

function Triangle() {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
      <path d="M6 4.5v11l9.5-5.5z" fill="currentColor" />
    </svg>
  )
}

function Arrow({ way }: { readonly way: 'left' | 'right' }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
      <path d={way === 'left' ? 'M12.5 4.5 7 10l5.5 5.5' : 'M7.5 4.5 13 10l-5.5 5.5'} />
    </svg>
  )
}
