import type { Amount } from '../../src/domain/amount.ts'
import { type Auction, type Bid, inOrder } from '../../src/domain/auction.ts'
import type { Command } from '../../src/domain/command.ts'
import { exponentOf } from '../../src/domain/currency.ts'
import { decide } from '../../src/domain/decide.ts'
import type { Event } from '../../src/domain/event.ts'
import { evolve, unborn } from '../../src/domain/evolve.ts'
import { formats } from '../../src/domain/formats/index.ts'
import type { Offer } from '../../src/domain/schema.ts'
import { type Instant, toWire } from '../../src/domain/instant.ts'
import type { Rejection } from '../../src/domain/rejection.ts'
import { auctionChanges, keptAuction } from '../../src/domain/schema.ts'
import { auctionView, history, publicEvent } from '../../src/domain/view.ts'

/**
 * Given an auction, when these commands, then: the whole language of the domain's tests. Amounts are written in major units,
 * bids as `A 110` (a maximum) and `A =110` (an exact bid); every auction opens at T0 and would close an hour later.
 */

export const T0 = Date.parse('2026-11-20T10:00:00.000Z')
export const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
export const END = T0 + HOUR

/** A UUIDv7 that is made of a name of at most six letters. */
export function idOf(name: string): string {
  const hex = Array.from(name, (letter) => letter.charCodeAt(0).toString(16).padStart(2, '0')).join('')
  return `01930000-0000-7000-8000-${hex.padStart(12, '0')}`
}

/** The id of the nth bid that was tried, from 1. */
export function bidId(n: number): string {
  return `01940000-0000-7000-8000-${String(n).padStart(12, '0')}`
}

export const seller = { id: idOf('seller'), displayName: 'Sally' }

export function minor(major: string, exponent = 2): Amount {
  const [whole = '', fraction = ''] = major.split('.')
  return Number(whole + fraction.padEnd(exponent, '0')) as Amount
}

/** `12.50`, and `12` for a whole number. */
export function major(amount: number, exponent = 2): string {
  const digits = String(amount).padStart(exponent + 1, '0')
  const split = digits.length - exponent
  const fraction = digits.slice(split)
  return Number(fraction) === 0 ? digits.slice(0, split) : `${digits.slice(0, split)}.${fraction}`
}

export type Setting = {
  currency?: string
  start?: string
  /** A single step, where `increments` are not given. */
  step?: string
  increments?: unknown
  reserve?: string
  belowReserve?: 'steps' | 'full'
  buyNow?: string
  softClose?: { windowSeconds: number; extensionSeconds: number; maxExtensions?: number | null } | null
  /** Further fields of the request, as they are on the wire. */
  fields?: Record<string, unknown>
}

export type Run = {
  readonly auction: Auction
  /** Before the latest command. */
  readonly before: Auction
  /** Of the latest command. */
  readonly events: readonly Event[]
  readonly rejection: Rejection | null
  /** Since the auction was created. */
  readonly all: readonly Event[]
  readonly at: Instant
  /** How many bids were tried. */
  readonly tried: number
}

const nothing: Run = { auction: unborn, before: unborn, events: [], rejection: null, all: [], at: T0, tried: 0 }

export function given(setting: Setting = {}, at: Instant = T0): Run {
  const { currency = 'EUR', start = '10', step = '1', reserve, buyNow, fields } = setting
  const exponent = exponentOf(currency)
  const optional = (value: string | undefined) => (value === undefined ? null : minor(value, exponent))
  const end = fields !== undefined && 'durationSeconds' in fields ? {} : { closesAt: toWire(END) }
  const auction = keptAuction.parse({
    title: 'A chair',
    description: 'Four legs.',
    currency,
    terms: {
      startPrice: minor(start, exponent),
      increments: setting.increments ?? minor(step, exponent),
      reservePrice: optional(reserve),
      belowReserve: setting.belowReserve ?? 'steps',
      buyNowPrice: optional(buyNow),
      softClose: setting.softClose ?? null,
    },
    ...end,
    ...fields,
  })
  return when(nothing, { type: 'create', id: idOf('chair'), sellerId: seller.id, auction, at })
}

type WithoutAt<C> = C extends unknown ? Omit<C, 'at'> & { readonly at?: Instant } : never
export type Act = WithoutAt<Command> | string

/** Commands without a time come a second after the one before. */
export function when(run: Run, ...acts: readonly Act[]): Run {
  return acts.reduce<Run>(step, run)
}

function step(run: Run, act: Act): Run {
  const asked = typeof act === 'string' ? bid(act)(run) : act
  const command = { at: asked.at ?? run.at + SECOND, ...asked } as Command
  const { events, rejection } = decide(run.auction, command)
  return {
    auction: events.reduce((auction, event) => evolve(auction, event), run.auction),
    before: run.auction,
    events,
    rejection,
    all: [...run.all, ...events],
    at: command.at,
    tried: run.tried + (command.type === 'bid' ? 1 : 0),
  }
}

/** `A 110`, `A =110` or `A <110` (at most), of this run. */
function bid(text: string, at?: Instant, blocked = false) {
  return ({ auction, tried }: Run): WithoutAt<Command> => {
    const [who = '', figure = ''] = text.split(' ')
    const amount = minor(figure.replace(/[=<]/, ''), exponentOf(auction.currency))
    const limit = formats[auction.format].limit
    const offer = (
      figure.startsWith('=') ? { amount } : figure.startsWith('<') ? { atMost: amount } : { [limit]: amount }
    ) as Offer
    const bidder = { id: who === 'seller' ? seller.id : idOf(who), blocked }
    return { type: 'bid', bidId: bidId(tried + 1), bidder, offer, ...(at === undefined ? {} : { at }) }
  }
}

/** A bid at a time of its own. */
export function bidAt(run: Run, at: Instant, text: string, blocked = false): Run {
  return when(run, bid(text, at, blocked)(run))
}

export function update(changes: Record<string, unknown>, at?: Instant): Act {
  return { type: 'update', changes: auctionChanges.parse(changes), ...(at === undefined ? {} : { at }) }
}

export function voiding(n: number): Act {
  return { type: 'void', bidId: bidId(n), reason: 'not paid last time' }
}

/** `100 A`: the price in major units and who leads; `nobody` without a bid. */
export function standing({ auction }: Run): string {
  if (auction.standing === null) return 'nobody'
  const { price, bidder } = auction.standing
  return `${major(price, exponentOf(auction.currency))} ${nameOf(bidder)}`
}

/** The name an id was made of. */
export function nameOf(id: string): string {
  return String.fromCharCode(Number.parseInt(id.slice(-2), 16))
}

/** What each bid of `A 110, B 160` led to: the standing, or the refusal with the amount it asks for. */
export function results(run: Run, script: string): string[] {
  const list: string[] = []
  let now = run
  for (const text of script.split(', ')) {
    now = when(now, text)
    list.push(now.rejection === null ? standing(now) : refusal(now))
  }
  return list
}

function refusal({ rejection, auction }: Run): string {
  const { rejected, fields } = rejection!
  if (rejected !== 'bid_too_low') return `refused: ${rejected}`
  return `refused: needs ${major(fields['minimumBid'] as number, exponentOf(auction.currency))}`
}

export function after(run: Run, script: string): Run {
  return when(run, ...script.split(', '))
}

export function types({ events }: Run): string[] {
  return events.map(({ type }) => type)
}

export function latestBid({ auction }: Run): Bid {
  return inOrder(auction.bids).at(-1)!
}

export function publicView({ auction }: Run) {
  return auctionView(auction, { seller, head: '00', serverTime: T0, viewer: 'public' })
}

export function minimum(run: Run): string | null {
  const { minimumBid } = publicView(run)
  return minimumBid === null ? null : major(minimumBid, exponentOf(run.auction.currency))
}

/** The amounts of the public history, oldest first: `A 110`, with `void` where it is. */
export function amounts({ auction }: Run): string[] {
  const names = new Map([...auction.paddles].map(([user, number]) => [`P${number}`, nameOf(user)]))
  return history(auction)
    .toReversed()
    .map(({ paddle, amount, voided }) => {
      const text = `${names.get(paddle)} ${major(amount, exponentOf(auction.currency))}`
      return voided ? `${text} void` : text
    })
}

/** Everything of a run that everyone can see, as it travels. */
export function publicEvents({ all }: Run) {
  let auction = unborn
  return all.map((event) => {
    const before = auction
    auction = evolve(before, event)
    return publicEvent(event, auction, before)
  })
}
