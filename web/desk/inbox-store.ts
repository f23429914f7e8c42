import { computed, signal } from '@preact/signals'
import { type ConversationView, type ReportedView, type RoomMessageView, newKey } from '../../src/sdk/index.ts'
import { onNotice } from '../notices/notices.ts'
import { mention } from '../shared/announce.tsx'
import { client } from '../shared/full-client.ts'
import { user } from '../shared/session.ts'
import { inboxWords } from './inbox-words.ts'

/** The questions of all auctions in one list, looked at again whenever the reader is told of a message. */

/** Nobody is told of reports, of what they answered in another window, or against their preferences: that is looked for. */
const LOOK_MS = 60_000
/** Admins are told only of questions on auctions of their own. */
const ADMIN_LOOK_MS = 15_000
const PAGE = 100

export const conversations = signal<readonly ConversationView[] | null>(null)
export const reports = signal<readonly ReportedView[] | null>(null)
export const failure = signal<unknown>(null)
/** The conversation that is read. */
export const chosenId = signal<string | null>(null)
export const messages = signal<readonly RoomMessageView[] | null>(null)
export const draft = signal('')
export const isSending = signal(false)
export const chosen = computed(() => conversations.value?.find(({ id }) => id === chosenId.value) ?? null)

let key = newKey()
let looking: Promise<void> | null = null
let isAskedAgain = false

/** One look at a time, and one more for all that asked meanwhile: no older answer comes behind a newer. */
function look(): Promise<void> {
  if (looking !== null) isAskedAgain = true
  looking ??= lookWhileAsked().finally(() => (looking = null))
  return looking
}

async function lookWhileAsked(): Promise<void> {
  do {
    isAskedAgain = false
    await lookOnce()
  } while (isAskedAgain)
}

/** To admins the questions of every seller. */
async function lookOnce(): Promise<void> {
  try {
    const all = user.peek()?.role === 'admin'
    const [asked, told] = await Promise.all([
      client.conversations({ limit: PAGE, ...(all ? { all } : {}) }),
      client.reports({ limit: PAGE }),
    ])
    const before = unreadIn(conversations.peek() ?? [])
    conversations.value = asked.items
    reports.value = told.items
    failure.value = null
    const now = unreadIn(asked.items)
    if (now > before) mention('inbox', inboxWords.peek().new(now))
    const id = chosenId.peek()
    if (id !== null && asked.items.some((one) => one.id === id && one.last.id !== messages.peek()?.at(-1)?.id))
      await read(id)
  } catch (error) {
    failure.value = error
  }
}

function unreadIn(list: readonly ConversationView[]): number {
  return list.reduce((sum, { unread }) => sum + unread, 0)
}

/** Looks when there is something new, and now and again for what nobody is told of, until it is stopped. */
export function keepLooking(): () => void {
  const lookIfSeen = () => {
    if (document.visibilityState === 'visible') void look()
  }
  void look()
  const stopHearing = onNotice((notice) => {
    if (notice === null || notice.kind === 'message') void look()
  })
  const timer = setInterval(lookIfSeen, user.peek()?.role === 'admin' ? ADMIN_LOOK_MS : LOOK_MS)
  document.addEventListener('visibilitychange', lookIfSeen)
  return () => {
    stopHearing()
    clearInterval(timer)
    document.removeEventListener('visibilitychange', lookIfSeen)
  }
}

export async function choose(id: string | null): Promise<void> {
  chosenId.value = id
  messages.value = null
  draft.value = ''
  if (id !== null) await read(id).catch((error: unknown) => (failure.value = error))
}

async function read(id: string): Promise<void> {
  const { items } = await client.conversation(id, { limit: PAGE })
  if (chosenId.peek() !== id) return
  messages.value = items.toReversed()
  conversations.value = conversations.peek()?.map((one) => (one.id === id ? { ...one, unread: 0 } : one)) ?? null
}

export async function answer(): Promise<void> {
  const [id, text] = [chosenId.peek(), draft.peek().trim()]
  if (id === null || text === '' || isSending.peek()) return
  isSending.value = true
  try {
    await client.answer(id, text, key)
    draft.value = ''
    failure.value = null
    await look()
    await read(id)
  } catch (error) {
    failure.value = error
  }
  key = newKey()
  isSending.value = false
}

export async function remove({ auction, message }: ReportedView, reason: string): Promise<void> {
  try {
    await client.removeMessage(auction.id, message.id, reason)
  } catch (error) {
    failure.value = error
  }
  await look()
}
