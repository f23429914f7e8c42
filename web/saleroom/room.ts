import { batch, computed, effect, signal } from '@preact/signals'
import { type ChannelEvent, Connection, type Phase, type Room } from '../../src/sdk/index.ts'
import { interrupt, mention, withdraw } from '../shared/announce.tsx'
import { money } from '../shared/money.ts'
import { client, user } from '../shared/session.ts'
import { clock, formatRemaining, fullTime, now } from '../shared/time.ts'
import { words } from '../shared/words.ts'
import { saleroomWords } from './words.ts'

/** The auction of this page, as its channel tells it. */
export const auctionId = location.pathname.split('/').at(-1)!
export const room = signal<Room | null>(null)
export const phase = signal<Phase>('connecting')
/** Why the channel ended, as a close code. */
export const ending = signal<number | null>(null)
/** The last time the end moved. */
type ExtensionReason = 'bid' | 'outage' | 'house'
export const extended = signal<{ readonly to: string; readonly reason: ExtensionReason } | null>(null)

/** The last bid that was made void. */
export const voided = signal<{ readonly paddle: string; readonly reason: string } | null>(null)

/** Nothing is known to be current: bidding waits. What is over cannot go stale. */
export const stale = computed(() => phase.value !== 'live' && phase.value !== 'over')
export const isSeller = computed(() => room.value !== null && user.value?.id === room.value.auction.seller.id)

export let connection: Connection

/** Begins once it is known who watches, so that a member is not turned away first. */
export function enterRoom(): void {
  connection = new Connection(client, auctionId)
  clock.now = () => connection.now()
  connection.subscribe(({ events }) => {
    const before = room.peek()
    batch(() => {
      room.value = connection.room
      ending.value = connection.ending
      for (const event of events) {
        noteExtension(event)
        noteVoid(event)
      }
    })
    if (connection.room !== null && before !== null) tell(before, connection.room)
    phaseBecame(connection.phase)
  })
}

function noteExtension(event: ChannelEvent): void {
  if (event.type !== 'closing.extended') return
  const { to, reason } = event.data
  extended.value = { to, reason }
  mention('end', extensionText(to, reason))
}

function noteVoid(event: ChannelEvent): void {
  if (event.type !== 'bid.voided') return
  const { paddle, reason } = event.data
  voided.value = { paddle, reason }
  mention('void', saleroomWords.value.wasVoided(paddle, reason))
}

export function extensionText(to: string, reason: ExtensionReason): string {
  const { extended: bid, outageExtended: outage, houseExtended: house } = saleroomWords.value
  return { bid, outage, house }[reason](fullTime(to))
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
    } else if (you.standing !== 'none') mention('standing', `${words.value.standing[you.standing]}.`)
  }
  if (auction.price !== before.auction.price) mention('price', `${saleroomWords.value.price}: ${price}.`)
  if (auction.status === before.auction.status) return
  if (auction.status === 'closed' || auction.status === 'cancelled') interrupt(resultText(after))
  else mention('status', `${words.value.status[auction.status]}.`)
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
effect(() => {
  const closesAt = room.value?.auction.status === 'open' ? room.value.auction.closesAt : null
  if (closesAt === null) return
  const left = Date.parse(closesAt) - now.value
  const mark = MARKS_MS.find((ms) => left <= ms && left > ms - 1_000)
  if (mark !== undefined) mention('time', saleroomWords.value.leftMarks(formatRemaining(mark, words.value.day)))
})

effect(() => {
  if (room.value === null) return
  const { auction, you } = room.value
  const { outbidTitle, leadingTitle } = saleroomWords.value
  const price = auction.price === null ? '' : `${money.value(auction.price, auction.currency)} · `
  const standing =
    you?.standing === 'outbid' ? `● ${outbidTitle} · ` : you?.standing === 'leading' ? `${leadingTitle} · ` : ''
  document.title = `${auction.status === 'open' ? standing : ''}${price}${auction.title} – Martillo`
})
