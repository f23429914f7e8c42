import { computed, signal } from '@preact/signals'
import { RoomConnection, type Offer, type Phase, type Room, isUnknown } from '../../src/sdk/index.ts'
import { formatFigure } from '../shared/figures.ts'
import { parseMoney } from '../shared/parse-money.ts'
import { locale } from '../shared/language.ts'
import { explain } from '../shared/refusals.ts'
import { clock } from '../shared/time.ts'
import { type Bidder, bidderIn } from './house.ts'
import { embedWords } from './words.ts'

/** Far above the next bid: worth a second look. */
const LARGE_TIMES = 3
const ARMED_AFTER_MS = 500

/** One auction on a page elsewhere, and a bid in it. */
export class EmbeddedLot {
  readonly id: string
  readonly room = signal<Room | null>(null)
  readonly phase = signal<Phase>('connecting')
  readonly typed = signal<string | null>(null)
  /** What was pressed and is asked about once more. */
  readonly asked = signal<number | null>(null)
  readonly answer = signal('')
  readonly isBusy = signal(false)
  /** Sent, and not known to have been taken or refused. */
  readonly unanswered = signal<{ readonly offer: Offer; readonly key: string } | null>(null)
  readonly bidder: Bidder
  readonly #connection: RoomConnection
  #askedAt = 0

  readonly field = computed(() => {
    const auction = this.room.value?.auction
    const least = auction?.minimumBid ?? null
    return this.typed.value ?? (least === null ? '' : formatFigure(least, auction!.currency, locale.value))
  })
  readonly amount = computed(() => {
    const auction = this.room.value?.auction
    return auction === undefined ? null : parseMoney(this.field.value, auction.currency, locale.value)
  })

  constructor(id: string) {
    this.id = id
    this.bidder = bidderIn(id)
    this.#connection = new RoomConnection(this.bidder.client, id)
    this.#connection.subscribe(() => {
      this.room.value = this.#connection.room
      this.phase.value = this.#connection.phase
    })
    clock.now = () => this.#connection.now()
  }

  close(): void {
    this.#connection.close()
  }

  /** Whatever was asked about is asked no more. */
  type(text: string): void {
    this.asked.value = null
    this.typed.value = text
  }

  press(amount: number): void {
    const { auction, you } = this.room.peek()!
    const isFirst = (you?.paddle ?? null) === null
    const isSure = this.asked.peek() === amount
    // The second half of a double click is no consent.
    if (isSure && performance.now() - this.#askedAt < ARMED_AFTER_MS) return
    if (isSure || (!isFirst && amount <= (auction.minimumBid ?? 0) * LARGE_TIMES))
      return void this.#send({ amount }, newKey())
    this.#askedAt = performance.now()
    this.asked.value = amount
  }

  /** Asks again about a bid that no answer came to: under its old key it is never placed twice. */
  askAgain(): void {
    const { value: unanswered } = this.unanswered
    if (unanswered !== null) void this.#send(unanswered.offer, unanswered.key)
  }

  async #send(offer: Offer, key: string): Promise<void> {
    if (this.isBusy.peek()) return
    const { taken, outbidAtOnce, sending, unknown } = embedWords.peek()
    this.isBusy.value = true
    this.answer.value = sending
    try {
      const { outcome } = await this.#connection.bid(offer, key)
      this.answer.value = outcome === 'outbid' ? outbidAtOnce : taken
      this.unanswered.value = null
      this.typed.value = null
    } catch (error) {
      this.unanswered.value = isUnknown(error) ? { offer, key } : null
      this.answer.value = isUnknown(error) ? unknown : explain(error, this.room.peek()?.auction.currency)
    }
    this.asked.value = null
    this.isBusy.value = false
  }
}

function newKey(): string {
  return crypto.getRandomValues(new Uint32Array(4)).join('-')
}
