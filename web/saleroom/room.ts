import { batch, computed, effect, signal } from '@preact/signals'
import {
  type AuctionView,
  type BidView,
  type ChannelEvent,
  RoomConnection,
  type Phase,
  type Room,
} from '../../src/sdk/index.ts'
import { interrupt, mention, withdraw } from '../shared/announce.tsx'
import { given } from '../shared/given.ts'
import { house } from '../shared/house.ts'
import { money } from '../shared/money.ts'
import { alertBy } from '../shared/senses.ts'
import { client, user } from '../shared/session.ts'
import { clock, formatRemaining, now, ticks, timeOfDay } from '../shared/time.ts'
import { words } from '../shared/words.ts'
import { falls } from './falling.ts'
import { saleroomWords } from './words.ts'

/** The auction of this page, as its channel tells it. */
export const auctionId = location.pathname.split('/').at(-1)!
export const room = signal<Room | null>(firstSight())
export const phase = signal<Phase>('connecting')
/** Live without a WebSocket. */
export const isPolling = computed(() => phase.value === 'live' && connection.isPolling)
/** Why the channel ended, as a close code. */
export const ending = signal<number | null>(null)
/** The last time the end moved. */
type Extension = {
  readonly to: string
  readonly reason: 'bid' | 'outage' | 'house'
  readonly note: string | null
  /** By the service's clock. */
  readonly heardAt: number
}
export const extended = signal<Extension | null>(null)

/** The last bid that was made void. */
export const voided = signal<Voided | null>(null)
/** The last one of the reader's own: others that follow it do not take its reason away. */
export const ownVoided = signal<Voided | null>(null)
type Voided = { readonly paddle: string; readonly reason: string }

/** The connection was there and is lost: what is shown may be old. What is over cannot go stale. */
const LOST: readonly Phase[] = ['silent', 'reconnecting', 'offline']
export const stale = computed(() => LOST.includes(phase.value))
/** Those who were there when the hammer came down see it come down. */
export const hasJustEnded = signal(false)
export const isSeller = computed(() => room.value !== null && user.value?.id === room.value.auction.seller.id)

/** What the next bid must be; null where nobody may bid. */
export const nextBid = computed(() => room.value?.auction.maximumBid ?? room.value?.auction.minimumBid ?? null)

export let connection: RoomConnection

/** So close to the end the clock shows tenths. */
const FINE_MS = 11_000

type Given = { readonly epoch: string; readonly auction: AuctionView; readonly bids: readonly BidView[] }

/** The auction as the page came with it, until the channel tells more. */
function firstSight(): Room | null {
  const seen = given<Given>()
  return seen && { ...seen, seq: seen.auction.seq, watching: 0, you: null }
}

effect(() => {
  falls.value = room.value?.auction.maximumBid !== undefined
})

/** Begins once the texts are there, and it is known who watches, so that a member is not turned away first. */
export async function enterRoom(): Promise<void> {
  if (await isOwnDraft()) return
  effect(sayMarks)
  effect(nameTab)
  connection = new RoomConnection(client, auctionId)
  clock.now = () => connection.now()
  ticks.isFine = () => Math.abs(Date.parse(room.peek()?.auction.closesAt ?? '') - now.peek()) < FINE_MS
  connection.subscribe(({ events }) => {
    const before = room.peek()
    batch(() => {
      if (connection.room !== null) room.value = connection.room
      ending.value = connection.ending
      for (const event of events) {
        noteExtension(event)
        noteVoid(event)
      }
    })
    if (connection.room !== null && before !== null && before.seq <= connection.room.seq) tell(before, connection.room)
    phaseBecame(connection.phase)
  })
}

/** A draft has no channel yet; who may see it sees it as it is. */
async function isOwnDraft(): Promise<boolean> {
  if (room.peek() !== null || !user.peek()) return false
  const own = await client.auction(auctionId).catch(() => null)
  if (own?.status !== 'draft') return false
  room.value = { auction: own, seq: own.seq, epoch: '', bids: [], watching: 0, you: null }
  effect(nameTab)
  return true
}

function noteExtension(event: ChannelEvent): void {
  if (event.type !== 'closing.extended') return
  extended.value = { ...event.data, heardAt: clock.now() }
  mention('end', extensionText(extended.value))
}

function noteVoid(event: ChannelEvent): void {
  if (event.type !== 'bid.voided') return
  const { paddle, reason } = event.data
  voided.value = { paddle, reason }
  if (paddle === room.peek()?.you?.paddle) ownVoided.value = { paddle, reason }
  mention('void', saleroomWords.value.wasVoided(paddle, reason))
}

export function extensionText({ to, reason, note }: Extension): string {
  const { extended: byBid, outageExtended, houseExtended } = saleroomWords.value
  const says = { bid: byBid, outage: outageExtended, house: houseExtended }[reason]
  return `${says(timeOfDay(to))} ${note ?? ''}`
}

function phaseBecame(next: Phase): void {
  const before = phase.peek()
  if (before === next) return
  phase.value = next
  if (before === 'live' && next !== 'over') interrupt(saleroomWords.value.lost)
  if (before !== 'connecting' && next === 'live') mention('connection', saleroomWords.value.backAgain)
}

/** Says what changed to those who cannot see it. */
function tell(before: Room, after: Room): void {
  const { auction, you } = after
  const price = auction.price === null ? '' : money.value(auction.price, auction.currency)
  if (you !== null && you.standing !== before.you?.standing) {
    if (you.standing === 'outbid' && before.you?.standing === 'leading') {
      withdraw('standing', 'bid')
      interrupt(saleroomWords.value.outbid(price))
      alertBy('outbid')
    } else if (you.standing !== 'none') mention('standing', `${words.value.standing[you.standing]}.`)
    if (you.standing === 'won') alertBy('won')
  }
  if (auction.price !== before.auction.price) mention('price', `${saleroomWords.value.price}: ${price}.`)
  if (auction.status === before.auction.status) return
  if (auction.status === 'closed' || auction.status === 'cancelled') {
    interrupt(resultText(after))
    hasJustEnded.value = auction.status === 'closed'
    alertBy('hammer')
  } else mention('status', `${words.value.status[auction.status]}.`)
}

export function resultText({ auction, you }: Room): string {
  const { soldFor, soldTo, soldToYou, unsold, cancelledBecause } = saleroomWords.value
  if (auction.status === 'cancelled') return cancelledBecause(auction.statusReason ?? '')
  const { outcome, currency } = auction
  if (outcome === null) return ''
  if (outcome.price === null || outcome.winner === null)
    return outcome.reason === 'reserve_unmet' ? unsold.reserve_unmet : unsold.no_bids
  const to = you?.paddle === outcome.winner ? soldToYou : soldTo(outcome.winner)
  return `${soldFor(money.value(outcome.price, currency))} ${to}.`
}

const MARKS_MS = [300_000, 60_000, 10_000]

/** Five minutes, one minute and ten seconds before the end are said; the seconds between are not. */
function sayMarks(): void {
  const closesAt = room.value?.auction.status === 'open' ? room.value.auction.closesAt : null
  if (closesAt === null) return
  const left = Date.parse(closesAt) - now.value
  const mark = MARKS_MS.find((ms) => left <= ms && left > ms - 1_000)
  if (mark !== undefined) mention('time', saleroomWords.value.leftMarks(formatRemaining(mark, words.value.day)))
}

function nameTab(): void {
  if (room.value === null) return
  const { auction, you } = room.value
  const { outbidTitle, leadingTitle } = saleroomWords.value
  const price = auction.price === null ? '' : `${money.value(auction.price, auction.currency)} · `
  const standing =
    you?.standing === 'outbid' && auction.leader !== null
      ? `● ${outbidTitle} · `
      : you?.standing === 'leading'
        ? `${leadingTitle} · `
        : ''
  document.title = `${auction.status === 'open' ? standing : ''}${price}${auction.title} – ${house}`
}
