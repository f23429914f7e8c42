import { signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { NoticeView } from '../../src/sdk/index.ts'
import { shortTime } from '../shared/time.ts'
import { listen, notices, read, readAll, sentence, unread } from './notices.ts'
import { noticeWords } from './words.ts'

const UNREAD_SHOWN_MAX = 99

const isOpen = signal(false)

/** Closes the list when something else is pressed or reached, and by Escape. */
function closeFrom(whole: HTMLElement): () => void {
  const leave = ({ target }: Event) => {
    if (!whole.contains(target as Node)) isOpen.value = false
  }
  const escape = ({ key }: KeyboardEvent) => {
    if (key !== 'Escape' || !isOpen.peek()) return
    isOpen.value = false
    whole.querySelector('button')!.focus()
  }
  document.addEventListener('pointerdown', leave)
  document.addEventListener('focusin', leave)
  document.addEventListener('keydown', escape)
  return () => {
    document.removeEventListener('pointerdown', leave)
    document.removeEventListener('focusin', leave)
    document.removeEventListener('keydown', escape)
  }
}

/** The bell of the masthead, and the list behind it. */
export function Bell() {
  const whole = useRef<HTMLDivElement>(null)
  useEffect(listen, [])
  useEffect(() => closeFrom(whole.current!), [])
  const count = unread.value
  return (
    <div class="bell" ref={whole}>
      <button
        type="button"
        class="quiet"
        data-testid="bell"
        aria-label={noticeWords.value.bell(count)}
        aria-expanded={isOpen.value}
        aria-controls="notices"
        onClick={() => (isOpen.value = !isOpen.value)}
      >
        <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
          <path d="M4.5 14h11l-1.4-2.1V8.6a4.1 4.1 0 0 0-8.2 0v3.3zM8.4 16.6a1.8 1.8 0 0 0 3.2 0" />
        </svg>
        {count > 0 && <span class="count figure">{Math.min(count, UNREAD_SHOWN_MAX)}</span>}
      </button>
      <section id="notices" class="notices" aria-label={noticeWords.value.title} hidden={!isOpen.value}>
        <Head />
        {notices.value.length === 0 ? <p class="muted small">{noticeWords.value.none}</p> : <List />}
      </section>
    </div>
  )
}

function Head() {
  const { title, readAll: all, preferences } = noticeWords.value
  return (
    <header>
      <h2>{title}</h2>
      <a href="/account#told">{preferences}</a>
      {unread.value > 0 && (
        <button
          type="button"
          class="quiet"
          data-testid="read-all"
          onClick={() => void readAll().catch(() => undefined)}
        >
          {all}
        </button>
      )}
    </header>
  )
}

function List() {
  return (
    <ol>
      {notices.value.map((notice) => (
        <Line key={notice.id} notice={notice} />
      ))}
    </ol>
  )
}

function Line({ notice }: { readonly notice: NoticeView }) {
  const { id, kind, at, auction, read: isRead } = notice
  return (
    <li class={isRead ? '' : 'unread'} data-kind={kind}>
      <a
        href={auction === null ? '/account' : `/auctions/${auction.id}`}
        onClick={() => void read(id).catch(() => undefined)}
      >
        {!isRead && <span class="unseen">{noticeWords.value.unread}: </span>}
        <strong>{auction?.title}</strong>
        <span>{sentence(notice)}</span>
        <time dateTime={at} class="muted small">
          {shortTime(at)}
        </time>
      </a>
    </li>
  )
}
