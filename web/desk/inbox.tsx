import { useEffect, useId } from 'preact/hooks'
import type { ConversationView, ReportedView, RoomMessageView } from '../../src/sdk/index.ts'
import { explain } from '../shared/refusals.ts'
import { shortTime } from '../shared/time.ts'
import { words } from '../shared/words.ts'
import {
  answer,
  choose,
  chosen,
  chosenId,
  conversations,
  draft,
  failure,
  isSending,
  keepLooking,
  messages,
  remove,
  reports,
} from './inbox-store.ts'
import { inboxWords } from './inbox-words.ts'

/** One inbox of the questions of all auctions, and what readers reported. */
export function Inbox() {
  useEffect(keepLooking, [])
  const texts = inboxWords.value
  return (
    <section class="inbox" aria-label={texts.title}>
      {failure.value !== null && (
        <p class="alert" role="alert">
          {explain(failure.value)}
        </p>
      )}
      <div class={chosenId.value === null ? 'inbox-panes' : 'inbox-panes chosen'}>
        <Conversations />
        {chosen.value !== null && <Chosen one={chosen.value} />}
      </div>
      <Reports />
    </section>
  )
}

function Conversations() {
  const texts = inboxWords.value
  const all = conversations.value
  return (
    <div class="inbox-list">
      <h2>{texts.questions}</h2>
      {all === null && <p class="muted">{words.value.loading}</p>}
      {all?.length === 0 && <p class="muted">{texts.none}</p>}
      <ul>
        {all?.map((one) => (
          <li key={one.id}>
            <button
              type="button"
              class="inbox-line"
              aria-pressed={one.id === chosenId.value}
              data-testid="conversation"
              data-unread={one.unread}
              onClick={() => void choose(one.id)}
            >
              <span class="inbox-who">
                <b>{nameOf(one.with)}</b>
                <span class="inbox-lot">{one.auction.title}</span>
                {one.unread > 0 && <span class="tag strong">{texts.unread(one.unread)}</span>}
              </span>
              <span class="inbox-last muted" dir="auto">
                {one.last.text === '' ? texts.removed : one.last.text}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}

function nameOf(speaker: string): string {
  const { seller, house } = inboxWords.value
  return { seller, house }[speaker] ?? speaker
}

function Chosen({ one }: { readonly one: ConversationView }) {
  const texts = inboxWords.value
  const field = useId()
  return (
    <div class="inbox-chosen" data-testid="chosen">
      <p class="inbox-back">
        <button type="button" class="quiet" onClick={() => void choose(null)}>
          {texts.back}
        </button>
        <a href={`/auctions/${one.auction.id}`}>{texts.toLot}</a>
      </p>
      <h2>{texts.from(nameOf(one.with), one.auction.title)}</h2>
      <ol class="talk-list">
        {messages.value?.map((said) => (
          <Line
            key={said.id}
            said={said}
            isTheirs={said.from === one.with || (said.to === 'seller' && one.with !== 'seller')}
          />
        ))}
      </ol>
      <form
        class="talk-form"
        onSubmit={(event) => {
          event.preventDefault()
          void answer()
        }}
      >
        <label for={field} class="unseen">
          {texts.answer(nameOf(one.with))}
        </label>
        <textarea
          id={field}
          rows={3}
          maxLength={1_000}
          dir="auto"
          placeholder={texts.answer(nameOf(one.with))}
          data-testid="answer"
          value={draft.value}
          onInput={({ currentTarget }) => (draft.value = currentTarget.value)}
        />
        <button type="submit" class="primary" data-testid="send-answer" aria-disabled={isSending.value}>
          {isSending.value ? texts.sending : texts.send}
        </button>
      </form>
    </div>
  )
}

function Line({ said, isTheirs }: { readonly said: RoomMessageView; readonly isTheirs: boolean }) {
  return (
    <li class={isTheirs ? 'said' : 'said official'} data-testid="said">
      <p class="said-head">
        <b>{nameOf(said.from)}</b>
        <time class="muted" dateTime={said.at}>
          {shortTime(said.at)}
        </time>
      </p>
      <p class="said-text" dir="auto">
        {said.text === '' ? inboxWords.value.removed : said.text}
      </p>
    </li>
  )
}

function Reports() {
  const texts = inboxWords.value
  const all = reports.value
  if (all === null) return null
  return (
    <div class="inbox-reports">
      <h2>{texts.reports}</h2>
      {all.length === 0 && <p class="muted">{texts.noReports}</p>}
      <ul>
        {all.map((one) => (
          <Reported key={one.message.id} one={one} />
        ))}
      </ul>
    </div>
  )
}

function Reported({ one }: { readonly one: ReportedView }) {
  const texts = inboxWords.value
  const field = useId()
  return (
    <li class="said" data-testid="reported">
      <p class="said-head">
        <b>{nameOf(one.message.from)}</b>
        <a href={`/auctions/${one.auction.id}`}>{one.auction.title}</a>
        <span class="tag">{texts.reported(one.reports)}</span>
      </p>
      <p class="said-text" dir="auto">
        {one.message.text}
      </p>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void remove(one, event.currentTarget.querySelector('input')!.value)
        }}
      >
        <label for={field}>{texts.reason}</label>
        <div class="with-button">
          <input id={field} required maxLength={500} autocomplete="off" />
          <button type="submit" class="danger" data-testid="remove-reported">
            {texts.remove}
          </button>
        </div>
      </form>
    </li>
  )
}
