import { signal } from '@preact/signals'
import { NoticeConnection, type NoticeList, type NoticeView } from '../../src/sdk/index.ts'
import { mention } from '../shared/announce.tsx'
import { money } from '../shared/money.ts'
import { client } from '../shared/session.ts'
import { shortTime } from '../shared/time.ts'
import { noticeWords } from './words.ts'

/** What the reader was told, the newest first, and how much of it is unread. */

const SHOWN_MAX = 20

export const notices = signal<readonly NoticeView[]>([])
export const unread = signal(0)

async function load(): Promise<void> {
  const list = await client.ask<NoticeList>('/v1/me/notices', { query: { limit: SHOWN_MAX } })
  notices.value = list.items
  unread.value = list.unread
}

/** A newer notice takes the place of an older one of its kind and lot, which was unread. */
function add(notice: NoticeView): void {
  const isReplaced = (one: NoticeView) =>
    !one.read && one.kind === notice.kind && one.auction?.id === notice.auction?.id
  const others = notices.peek().filter((one) => one.id !== notice.id && !isReplaced(one))
  unread.value += notices.peek().some(isReplaced) ? 0 : 1
  notices.value = [notice, ...others].slice(0, SHOWN_MAX)
  mention('notice', `${notice.auction?.title ?? ''}: ${sentence(notice)}`)
}

/** What a notice says, in a sentence. */
export function sentence({ kind, price, closesAt, auction }: NoticeView): string {
  const amount = price === null || auction === null ? '' : money.value(price, auction.currency)
  return noticeWords.value.kinds[kind](amount, closesAt === null ? '' : shortTime(closesAt))
}

export async function readAll(): Promise<void> {
  await client.ask('/v1/me/notices/read', { body: { all: true } })
  notices.value = notices.peek().map((one) => ({ ...one, read: true }))
  unread.value = 0
}

export async function read(id: string): Promise<void> {
  await client.ask('/v1/me/notices/read', { body: { ids: [id] } })
}

let connection: NoticeConnection | null = null
const listeners = new Set<(notice: NoticeView | null) => void>()

/** Begins to listen, once a page. */
export function listen(): void {
  connection ??= new NoticeConnection(client, (notice) => {
    if (notice === null) void load().catch(() => undefined)
    else add(notice)
    for (const listener of listeners) listener(notice)
  })
}

/** Calls with each notice that comes, and with null where some may have been missed. The returned function ends that. */
export function onNotice(listener: (notice: NoticeView | null) => void): () => void {
  listen()
  listeners.add(listener)
  return () => void listeners.delete(listener)
}
