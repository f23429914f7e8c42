import { signal } from '@preact/signals'
import { useId } from 'preact/hooks'
import type { RoomMessageView } from '../../src/sdk/wire.ts'
import { mention } from '../shared/announce.tsx'
import { Icon } from '../shared/icons.tsx'
import { explain } from '../shared/refusals.ts'
import { user } from '../shared/session.ts'
import { timeOfDay } from '../shared/time.ts'
import { isMine, mute, nameOf, owner, remove, report } from './talk.ts'
import { talkWords } from './talk-words.ts'

/** The message whose acts are shown, and what came of the last one. */
const shown = signal<string | null>(null)
const outcome = signal<{ readonly id: string; readonly text: string } | null>(null)

const MUTED_SECONDS = 600
const OFFICIAL = new Set(['seller', 'house'])

/** What somebody said: text and nothing else. */
export function Message({ said }: { said: RoomMessageView }) {
  const words = talkWords.value
  const name = nameOf(said.from)
  const mine = isMine(said.from)
  const official = OFFICIAL.has(said.from)
  const mayAct = !mine && user.value !== null && user.value !== undefined
  return (
    <li class={`said ${mine ? 'mine' : ''} ${official ? 'official' : ''}`} data-testid="said" data-from={said.from}>
      <p class="said-head">
        <b>{name}</b>
        {mine && <span class="tag">{words.you}</span>}
        <time class="muted" dateTime={said.at}>
          {timeOfDay(said.at)}
        </time>
        {mayAct && (
          <button
            type="button"
            class="quiet"
            aria-label={words.acts(name)}
            aria-expanded={shown.value === said.id}
            data-testid="acts"
            onClick={() => (shown.value = shown.value === said.id ? null : said.id)}
          >
            <Icon of="more" />
          </button>
        )}
      </p>
      <p class="said-text" dir="auto">
        {said.text}
      </p>
      {shown.value === said.id && <Acts said={said} />}
      {outcome.value?.id === said.id && <p class="muted small">{outcome.value.text}</p>}
    </li>
  )
}

function Acts({ said }: { said: RoomMessageView }) {
  const words = talkWords.value
  const field = useId()
  const done = async (act: Promise<void>, text: string) => {
    try {
      await act
      shown.value = null
      outcome.value = { id: said.id, text }
      mention('act', text)
    } catch (error) {
      outcome.value = { id: said.id, text: explain(error) }
    }
  }
  const mayMute = owner.value && !OFFICIAL.has(said.from)
  return (
    <div class="said-acts">
      {!owner.value && (
        <button type="button" data-testid="report" onClick={() => void done(report(said), words.reported)}>
          {words.report}
        </button>
      )}
      {mayMute && (
        <>
          <button
            type="button"
            data-testid="mute"
            onClick={() => void done(mute(said.from, MUTED_SECONDS), words.mutedNow(said.from))}
          >
            {words.muteBriefly}
          </button>
          <button type="button" onClick={() => void done(mute(said.from, null), words.mutedNow(said.from))}>
            {words.mute}
          </button>
        </>
      )}
      {owner.value && (
        <form
          onSubmit={(event) => {
            event.preventDefault()
            void done(remove(said, event.currentTarget.querySelector('input')!.value), '')
          }}
        >
          <label for={field}>{words.reason}</label>
          <div class="with-button">
            <input id={field} name="reason" required maxLength={500} autocomplete="off" />
            <button type="submit" class="danger" data-testid="remove">
              {words.remove}
            </button>
          </div>
        </form>
      )}
    </div>
  )
}
