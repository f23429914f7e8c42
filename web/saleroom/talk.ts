import { computed, effect, signal } from '@preact/signals'
import type { List } from '../../src/sdk/room-client.ts'
import { type RoomPart, Talk } from '../../src/sdk/talk.ts'
import type { RoomMessageView } from '../../src/sdk/wire.ts'
import { mention } from '../shared/announce.tsx'
import { notices } from '../notices/notices.ts'
import { client, user } from '../shared/session.ts'
import { auctionId, connection, isSeller, room } from './room.ts'
import { talkWords } from './talk-words.ts'

/** What is said in the room of this auction. It is loaded where there is a room, behind the page. */

const talk = new Talk(client, connection, auctionId)
const WIDE = matchMedia('(width >= 60rem)')

/** Counts changes: whatever reads it is drawn again. */
const changes = signal(0)
export const isOpen = signal(WIDE.matches)
export const unread = signal(0)
/** My name here, and what I may; null while it is not known. */
export const part = signal<RoomPart | null>(null)
/** Whether what is written goes to the seller alone. */
export const isAsking = signal(false)
const earlierAsked = signal<readonly RoomMessageView[]>([])

export const owner = computed(() => isSeller.value || user.value?.role === 'admin')
export const settings = computed(() => (changes.value, talk.settings ?? room.value!.auction.room))
export const messages = computed(() => (changes.value, talk.messages))
export const paddles = computed(() => (changes.value, talk.paddles))
export const hasOlder = computed(() => (changes.value, talk.hasOlder && talk.messages.length >= FIRST))
export const asked = computed(() => {
  const live = (changes.value, talk.asked.filter(({ from, to }) => !owner.value || isMine(from) || isMine(to)))
  return [...earlierAsked.value.filter(({ id }) => !live.some((one) => one.id === id)), ...live]
})
export const typing = computed(
  () => (changes.value, talk.typing.filter(({ to }) => (to === 'room') !== isAsking.value)),
)

/** As many as a snapshot brings. */
const FIRST = 20
const TYPING_FADES_MS = 5_500

talk.subscribe((said) => {
  changes.value += 1
  if (said === null || isMine(said.from)) return
  const words = talkWords.peek()
  const name = nameOf(said.from)
  mention('said', (said.to === 'room' ? words.said : words.toYou)(name, said.text))
  if (!isOpen.peek()) unread.value += 1
})

effect(() => {
  if (isOpen.value) unread.value = 0
})
/** Who types is believed for some seconds. */
effect(() => {
  if (typing.value.length > 0) setTimeout(() => (changes.value += 1), TYPING_FADES_MS)
})
/** What I may depends on who I am, on my paddle and on the settings. */
effect(() => {
  const who = user.value
  void room.value?.you?.paddle
  void settings.value
  if (who) void learnPart()
  else part.value = null
})

/** An answer may come when the channel has ended with the auction, or while it was away: then a notice tells of it. */
effect(() => {
  const isTold = notices.value.some(({ kind, auction }) => kind === 'message' && auction?.id === auctionId)
  const id = part.peek()?.conversation ?? null
  if (isTold && id !== null) void readAsked(id).catch(() => undefined)
})

async function learnPart(): Promise<void> {
  part.value = await talk.part().catch(() => null)
  const id = part.peek()?.conversation ?? null
  if (id !== null && earlierAsked.peek().length === 0) await readAsked(id).catch(() => undefined)
}

async function readAsked(id: string): Promise<void> {
  const page = await client.ask<List<RoomMessageView>>(`/v1/conversations/${id}/messages`)
  earlierAsked.value = page.items.toReversed()
}

export function isMine(name: string): boolean {
  return name === part.peek()?.speaker || name === room.peek()?.you?.paddle
}

export function nameOf(speaker: string): string {
  return talkWords.value.names[speaker] ?? speaker
}

export async function say(text: string, key: string): Promise<void> {
  await talk.say(text, isAsking.peek() ? 'seller' : 'room', key)
  if ((part.peek()?.speaker ?? null) === null || isAsking.peek()) await learnPart()
}

export function tellTyping(): void {
  talk.type(isAsking.peek() ? 'seller' : 'room')
}

export function readEarlier(): Promise<void> {
  return talk.older()
}

const path = (message: RoomMessageView) => `/v1/auctions/${auctionId}/messages/${message.id}`

export function report(message: RoomMessageView): Promise<void> {
  return client.ask(`${path(message)}/report`, { body: {} })
}

export function remove(message: RoomMessageView, reason: string): Promise<void> {
  return client.ask(path(message), { method: 'DELETE', body: { reason } })
}

export function mute(speaker: string, seconds: number | null): Promise<void> {
  return client.ask(`/v1/auctions/${auctionId}/mutes/${speaker}`, { method: 'PUT', body: { seconds } })
}

export function openTo(whom: 'off' | 'members'): Promise<void> {
  return client.ask(`/v1/auctions/${auctionId}`, { method: 'PATCH', body: { room: { messages: whom } } })
}
