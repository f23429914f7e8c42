import type { AuctionChanges, AuctionView, NewAuction, TermsView } from '../../src/sdk/index.ts'
import { parseMoney } from '../shared/parse-money.ts'
import type { Terms as Rules } from '../shared/rules.ts'
import { amountOf, form, original } from './form.ts'
import { formats } from '../formats/formats.ts'
import { toField, instantOf } from './instants.ts'

type Terms = Omit<TermsView, 'increments'> & { readonly increments: NonNullable<Rules['increments']> }

/** Hundredths of a percent typed as `2.5`. */
export function percentOf(): number | null {
  const hundredths = parseMoney(form.value.percent, 'EUR', form.value.locale)
  return hundredths === null || hundredths > 10_000 ? null : hundredths / 100
}

export function incrementsOf(): Rules['increments'] {
  const { increments } = form.value
  if (increments === 'single') return amountOf('step')
  if (increments === 'percent') {
    const percent = percentOf()
    return percent === null ? null : { percent, atLeast: amountOf('atLeast') ?? 1 }
  }
  if (increments === 'kept') return form.value.table ?? original.value?.terms.increments ?? null
  return increments
}

export function softCloseOf(): {
  windowSeconds: number
  extensionSeconds: number
  maxExtensions: number | null
} | null {
  const { softClose, windowMinutes, extensionMinutes, limited, maxExtensions } = form.value
  if (!softClose) return null
  return {
    windowSeconds: Math.round(Number(windowMinutes) * 60),
    extensionSeconds: Math.round(Number(extensionMinutes) * 60),
    maxExtensions: limited ? Number(maxExtensions) : null,
  }
}

/** The terms of the fields; the form must hold no mistake. */
function termsOf(): Terms {
  const reservePrice = amountOf('reservePrice')
  const ofRising = {
    belowReserve: reservePrice === null ? 'steps' : form.value.belowReserve,
    buyNowPrice: amountOf('buyNowPrice'),
  } as const
  return {
    startPrice: amountOf('startPrice')!,
    increments: incrementsOf()!,
    reservePrice,
    revealReserve: reservePrice !== null && form.value.revealReserve,
    softClose: softCloseOf(),
    ...(formats[form.value.format].hasBuyNow ? ofRising : {}),
  }
}

function roomOf(): AuctionView['room'] {
  const { presence, messages, ask } = form.value
  return { presence, messages, ask }
}

export function opensAtOf(): string | null {
  return form.value.opening === 'now' ? null : instantOf(form.value.opensAt, original.value?.opensAt)
}

function endOf(): { closesAt: string } | { durationSeconds: number } {
  const { ending, closesAt } = form.value
  return ending === 'at'
    ? { closesAt: instantOf(closesAt, original.value?.closesAt)! }
    : { durationSeconds: Number(ending) }
}

/** The body that makes a new auction; the form must hold no mistake. */
export function newAuction(asDraft: boolean): NewAuction {
  const { title, description, images, currency, format } = form.value
  return {
    title: title.trim(),
    description,
    images: [...images],
    currency,
    format,
    terms: termsOf() as never,
    opensAt: opensAtOf(),
    room: roomOf(),
    ...endOf(),
    ...(asDraft ? { status: 'draft' as const } : {}),
  }
}

/** What differs from the auction that is edited, and nothing else; null where nothing does. */
export function changesOf(view: AuctionView): AuctionChanges | null {
  const { title, description, images, currency, format } = form.value
  const terms = termsOf()
  const isOther = currency !== view.currency || format !== view.format
  const changes: AuctionChanges = {
    ...(title.trim() === view.title ? {} : { title: title.trim() }),
    ...(description.trim() === view.description ? {} : { description }),
    ...(same(images, view.images) ? {} : { images: [...images] }),
    ...(currency === view.currency ? {} : { currency }),
    ...(format === view.format ? {} : { format }),
    ...(!isOther && same(settled(terms), shownTerms(view)) ? {} : { terms }),
    ...(same(roomOf(), view.room) ? {} : { room: roomOf() }),
    ...openingChange(view),
    ...endChange(view),
  }
  return Object.keys(changes).length === 0 ? null : changes
}

function openingChange({ status, opensAt }: AuctionView): AuctionChanges {
  if (status !== 'draft' && status !== 'scheduled') return {}
  const { opening, opensAt: typed } = form.value
  const isKept = opensAt === null ? opening === 'now' : opening === 'at' && typed === toField(opensAt)
  return isKept ? {} : { opensAt: opensAtOf() }
}

function endChange({ closesAt }: AuctionView): AuctionChanges {
  const { ending, closesAt: typed } = form.value
  const isKept = ending === 'kept' || (ending === 'at' && closesAt !== null && typed === toField(closesAt))
  return isKept ? {} : endOf()
}

/** As the service shows terms: a single step is a table of one row. */
function settled(terms: Terms) {
  const { increments, ...others } = terms
  return { ...others, increments: typeof increments === 'number' ? [{ from: 0, step: increments }] : increments }
}

function shownTerms({ format, terms }: AuctionView) {
  const { startPrice, incrementsName, reservePrice = null, revealReserve, belowReserve, buyNowPrice, softClose } = terms
  const increments = incrementsName ?? terms.increments
  const ofRising = { belowReserve: reservePrice === null ? 'steps' : belowReserve, buyNowPrice }
  return {
    startPrice,
    reservePrice,
    revealReserve: reservePrice !== null && revealReserve,
    softClose,
    ...(formats[format].hasBuyNow ? ofRising : {}),
    increments,
  }
}

function same(one: object, other: object): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

/** With bids a description only grows, and its room is opened and closed; null where neither was changed. */
export function additionsTo({ description, room }: AuctionView): AuctionChanges | null {
  const addition = form.value.addition.trim()
  const changes: AuctionChanges = {
    ...(addition === '' ? {} : { description: description === '' ? addition : `${description}\n\n${addition}` }),
    ...(same(roomOf(), room) ? {} : { room: roomOf() }),
  }
  return Object.keys(changes).length === 0 ? null : changes
}
