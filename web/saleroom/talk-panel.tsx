import { signal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { newKey } from '../../src/sdk/pause.ts'
import type { RoomMessageView } from '../../src/sdk/wire.ts'
import { signInAddress } from '../shared/frame.tsx'
import { Icon } from '../shared/icons.tsx'
import { explain } from '../shared/refusals.ts'
import { user } from '../shared/session.ts'
import { timeOfDay } from '../shared/time.ts'
import { words } from '../shared/words.ts'
import { Message } from './talk-message.tsx'
import {
  asked,
  hasOlder,
  isAsking,
  isOpen,
  messages,
  nameOf,
  openTo,
  owner,
  paddles,
  part,
  readEarlier,
  say,
  settings,
  tellTyping,
  typing,
  unread,
} from './talk.ts'
import { talkWords } from './talk-words.ts'

const failure = signal<unknown>(null)
const draft = signal('')
/** What is being sent keeps its key, so that sending it again is the same message. */
const sending = signal<string | null>(null)
let key = newKey()

/** The room beside the bidding: on a wide screen in its place, on a small one above the bar, a tap away. */
export function TalkPanel() {
  useEffect(keepAboveBar, [])
  return (
    <>
      <Door />
      {isOpen.value && <Panel />}
    </>
  )
}

/** On a small screen the bar to bid with stays free, however high it is. */
function keepAboveBar(): () => void {
  const set = () => {
    const bar = document.querySelector('.bid-form')
    const isBar = bar !== null && getComputedStyle(bar).position === 'fixed'
    document.documentElement.style.setProperty('--bar', isBar ? `${(bar as HTMLElement).offsetHeight}px` : '0px')
  }
  const observer = new ResizeObserver(set)
  observer.observe(document.body)
  const bar = document.querySelector('.bid-form')
  if (bar !== null) observer.observe(bar)
  return () => observer.disconnect()
}

function Door() {
  const { title, open, hide, unread: count } = talkWords.value
  return (
    <button
      type="button"
      class="talk-door"
      aria-expanded={isOpen.value}
      aria-controls="talk"
      data-testid="talk-door"
      title={isOpen.value ? undefined : open}
      onClick={() => turn(!isOpen.value)}
    >
      <Icon of="talk" />
      {isOpen.value ? hide : title}
      {unread.value > 0 && (
        <span class="count" data-testid="unread">
          {count(unread.value)}
        </span>
      )}
    </button>
  )
}

let takesFocus = false

/** On a small screen the door goes when the room comes, and the other way round: the focus goes with them. */
function turn(isOn: boolean): void {
  takesFocus = isOn
  isOpen.value = isOn
  if (!isOn) requestAnimationFrame(() => focusOn('.talk-door'))
}

/** What is not shown takes no focus. */
function focusOn(...selectors: readonly string[]): void {
  for (const selector of selectors) document.querySelector<HTMLElement>(selector)?.focus()
}

function Panel() {
  const texts = talkWords.value
  const { messages: open, ask } = settings.value
  const hasRoom = open !== 'off' || owner.value
  const canAsk = ask && !owner.value
  useEffect(() => {
    isAsking.value = !hasRoom && canAsk
  }, [hasRoom, canAsk])
  useEffect(() => {
    if (takesFocus) focusOn('.talk-door', '.talk-close')
    takesFocus = false
  }, [])
  return (
    <section class="talk" id="talk" aria-label={texts.title} data-testid="talk">
      <header class="talk-head">
        <h2>{texts.title}</h2>
        {hasRoom && canAsk && <Views />}
        <button type="button" class="quiet talk-close" aria-label={texts.hide} onClick={() => turn(false)}>
          <Icon of="close" />
        </button>
      </header>
      {isAsking.value ? <Asked /> : <Said />}
      <Typing />
      <Write />
      {owner.value && <OwnersActs />}
    </section>
  )
}

function Views() {
  const { views, toRoom, toSeller } = talkWords.value
  return (
    <div class="choice" role="radiogroup" aria-label={views}>
      {[false, true].map((asks) => (
        <label key={String(asks)}>
          <input
            type="radio"
            name="talk-view"
            value={asks ? 'seller' : 'room'}
            checked={isAsking.value === asks}
            onChange={() => (isAsking.value = asks)}
          />
          {asks ? toSeller : toRoom}
        </label>
      ))}
    </div>
  )
}

/** Follows what is said, unless the reader has gone back in it. */
function List({
  all,
  label,
  children,
}: {
  all: readonly RoomMessageView[]
  label: string
  children?: ComponentChildren
}) {
  const list = useRef<HTMLOListElement>(null)
  const [follows, follow] = useState(true)
  useEffect(() => {
    if (follows) list.current?.scrollTo({ top: list.current.scrollHeight })
  }, [all, follows])
  return (
    <ol
      class="talk-list"
      aria-label={label}
      ref={list}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) =>
        follow(scrollHeight - scrollTop - clientHeight < NEAR_PX)
      }
    >
      {children}
      {all.map((said) => (
        <Message key={said.id} said={said} />
      ))}
    </ol>
  )
}

const NEAR_PX = 40

function Said() {
  const texts = talkWords.value
  const isBarred = part.value?.mayRead === false
  return (
    <>
      {paddles.value !== null && paddles.value.length > 0 && (
        <p class="muted small" data-testid="there">
          {texts.there(paddles.value.join(', '))}
        </p>
      )}
      <List all={messages.value} label={texts.toRoom}>
        {hasOlder.value && (
          <li>
            <button type="button" class="secondary" onClick={() => void readEarlier().catch(() => undefined)}>
              {texts.older}
            </button>
          </li>
        )}
        {messages.value.length === 0 && !isBarred && <li class="muted">{texts.nobodySpoke}</li>}
      </List>
    </>
  )
}

function Asked() {
  const { nothingAsked, toSeller } = talkWords.value
  return (
    <List all={asked.value} label={toSeller}>
      {asked.value.length === 0 && <li class="muted">{nothingAsked}</li>}
    </List>
  )
}

/** A line that is always there, so that nothing moves; not said aloud. */
function Typing() {
  const names = typing.value.map(({ from }) => nameOf(from)).join(', ')
  return (
    <p class="talk-typing muted small" aria-hidden="true" data-testid="typing">
      {names !== '' && talkWords.value.typing(names)}
    </p>
  )
}

/** Why I may not write now; null where I may. */
function barredBecause(): string | null {
  const texts = talkWords.value
  const mine = part.value
  if (mine === null) return null
  if (mine.mute !== null) return mine.mute.until === null ? texts.mutedForGood : texts.muted(timeOfDay(mine.mute.until))
  if (isAsking.value) return mine.mayAsk ? null : texts.noQuestions
  if (mine.mayWrite) return null
  return settings.value.messages === 'bidders' ? texts.onlyBidders : texts.closed
}

function Write() {
  const texts = talkWords.value
  const field = useId()
  if (user.value === null || user.value === undefined)
    return (
      <p class="notice">
        <a href={signInAddress()}>{words.value.signIn}</a> – {texts.signIn}
      </p>
    )
  const barred = barredBecause()
  if (barred !== null) return <p class="notice">{barred}</p>
  const label = isAsking.value ? texts.ask : texts.write
  return (
    <form
      class="talk-form"
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      <label class="unseen" for={field}>
        {label}
      </label>
      <textarea
        id={field}
        rows={2}
        maxLength={1_000}
        placeholder={label}
        dir="auto"
        data-testid="write"
        value={draft.value}
        onInput={({ currentTarget }) => {
          draft.value = currentTarget.value
          if (draft.value.trim() !== '') tellTyping()
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
          event.preventDefault()
          void send()
        }}
      />
      <button type="submit" class="primary" data-testid="send" aria-disabled={sending.value !== null}>
        {sending.value === null ? texts.send : texts.sending}
      </button>
      {failure.value !== null && (
        <p class="wrong" role="alert">
          {explain(failure.value)}
        </p>
      )}
    </form>
  )
}

async function send(): Promise<void> {
  const text = draft.peek().trim()
  if (text === '' || sending.peek() !== null) return
  sending.value = text
  failure.value = null
  try {
    await say(text, key)
    key = newKey()
    if (draft.peek().trim() === text) draft.value = ''
  } catch (error) {
    failure.value = error
    key = newKey()
  } finally {
    sending.value = null
  }
}

function OwnersActs() {
  const texts = talkWords.value
  const isClosed = settings.value.messages === 'off'
  const set = () => openTo(isClosed ? 'members' : 'off').catch((error: unknown) => (failure.value = error))
  return (
    <p class="talk-owner">
      <button type="button" class="secondary" data-testid="close-room" onClick={() => void set()}>
        {isClosed ? texts.openRoom : texts.closeRoom}
      </button>
      <a href="/desk#inbox">{texts.toInbox}</a>
    </p>
  )
}

/** Of somebody who has asked for it. */
export function openTalk(): void {
  turn(true)
}
