import type { AuctionView, RoomSettings } from '../../src/sdk/index.ts'
import { formatFigure } from '../shared/figures.ts'
import { locale } from '../shared/language.ts'
import type { Table } from '../shared/rules.ts'
import { toField } from './instants.ts'

/** Lengths of an auction that are chosen with one press, in seconds. */
export const LENGTHS_SECONDS = [600, 3_600, 86_400, 604_800] as const
export type Ending = `${(typeof LENGTHS_SECONDS)[number]}` | 'at' | 'kept'
export type Steps = Table | 'single' | 'percent' | 'kept'

export const MONEY_FIELDS = ['startPrice', 'reservePrice', 'buyNowPrice', 'step', 'atLeast'] as const
export type MoneyName = (typeof MONEY_FIELDS)[number]

export type Form = {
  readonly title: string
  readonly description: string
  /** For an auction with bids: what is to stand below its description. */
  readonly addition: string
  readonly images: readonly string[]
  readonly currency: string
  readonly format: AuctionView['format']
  readonly startPrice: string
  readonly reservePrice: string
  readonly belowReserve: 'steps' | 'full'
  readonly revealReserve: boolean
  readonly buyNowPrice: string
  readonly increments: Steps
  /** Of `kept`: the rows of a table that has no name. */
  readonly table: AuctionView['terms']['increments'] | null
  readonly tableCurrency: string
  readonly step: string
  readonly percent: string
  readonly atLeast: string
  readonly opening: 'now' | 'at'
  readonly opensAt: string
  readonly ending: Ending
  readonly closesAt: string
  readonly softClose: boolean
  readonly windowMinutes: string
  readonly extensionMinutes: string
  readonly limited: boolean
  /** Of the room: who is shown, who may speak, and whether the seller is asked. */
  readonly presence: RoomSettings['presence']
  readonly messages: RoomSettings['messages']
  readonly ask: boolean
  readonly maxExtensions: string
  /** In whose way of writing the figures are. */
  readonly locale: string
}

export type TextName = { [Name in keyof Form]: Form[Name] extends string ? Name : never }[keyof Form]
export type CheckName = { [Name in keyof Form]: Form[Name] extends boolean ? Name : never }[keyof Form]

export function blank(): Form {
  return {
    title: '',
    description: '',
    addition: '',
    images: [],
    currency: 'EUR',
    format: 'english',
    startPrice: '',
    reservePrice: '',
    belowReserve: 'steps',
    revealReserve: false,
    buyNowPrice: '',
    increments: 'standard',
    table: null,
    tableCurrency: '',
    step: '',
    percent: '5',
    atLeast: '',
    opening: 'now',
    opensAt: '',
    ending: '86400',
    closesAt: '',
    softClose: true,
    windowMinutes: '2',
    extensionMinutes: '2',
    limited: false,
    presence: 'count',
    messages: 'off',
    ask: true,
    maxExtensions: '10',
    locale: locale.peek(),
  }
}

/** An auction as the fields hold it. */
export function formOf({
  title,
  description,
  images,
  currency,
  format,
  terms,
  opensAt,
  closesAt,
  room,
}: AuctionView): Form {
  const figure = (minor: number | null | undefined) =>
    typeof minor === 'number' ? formatFigure(minor, currency, locale.peek()) : ''
  const { softClose } = terms
  const limit = softClose?.maxExtensions ?? null
  return {
    ...blank(),
    title,
    description,
    images,
    currency,
    format,
    startPrice: figure(terms.startPrice),
    reservePrice: figure(terms.reservePrice),
    belowReserve: terms.belowReserve ?? 'steps',
    revealReserve: terms.revealReserve,
    buyNowPrice: figure(terms.buyNowPrice),
    ...stepsOf(terms, figure),
    tableCurrency: currency,
    opening: opensAt === null ? 'now' : 'at',
    opensAt: opensAt === null ? '' : toField(opensAt),
    ending: closesAt === null ? 'kept' : 'at',
    closesAt: closesAt === null ? '' : toField(closesAt),
    softClose: softClose !== null,
    ...(softClose === null
      ? {}
      : { windowMinutes: minutes(softClose.windowSeconds), extensionMinutes: minutes(softClose.extensionSeconds) }),
    limited: limit !== null,
    ...room,
    ...(limit === null ? {} : { maxExtensions: String(limit) }),
  }
}

/** An auction as the fields of another one hold it: with its length, and not its days. */
export function formLike(view: AuctionView): Form {
  const { opensAt, closesAt } = view
  const seconds = opensAt === null || closesAt === null ? 0 : (Date.parse(closesAt) - Date.parse(opensAt)) / 1_000
  const length = LENGTHS_SECONDS.find((one) => one === seconds)
  const { ending, closesAt: noDay } = blank()
  return {
    ...formOf(view),
    opening: 'now',
    opensAt: '',
    ending: length === undefined ? ending : (`${length}` as const),
    closesAt: noDay,
  }
}

/** What is the same from one lot of a sale to the next: everything but the lot itself and its prices. */
export function basisOf(form: Form): Form {
  const { title, description, addition, images, startPrice, reservePrice, buyNowPrice } = blank()
  return { ...form, title, description, addition, images, startPrice, reservePrice, buyNowPrice }
}

/** A table of the seller's own has no name; it is kept as it is. */
function stepsOf(
  { increments, incrementsName }: AuctionView['terms'],
  figure: (minor: number) => string,
): Partial<Form> {
  if (incrementsName !== undefined) return { increments: incrementsName }
  if (Array.isArray(increments)) {
    const [row, ...more] = increments
    return more.length === 0 && row !== undefined
      ? { increments: 'single', step: figure(row.step) }
      : { increments: 'kept', table: increments }
  }
  const percent = new Intl.NumberFormat(locale.peek(), { maximumFractionDigits: 2 }).format(increments.percent)
  return { increments: 'percent', percent, atLeast: figure(increments.atLeast) }
}

/** `90` seconds are `1.5`; a field for numbers has its own way of showing that. */
function minutes(seconds: number): string {
  return String(Number((seconds / 60).toFixed(4)))
}
