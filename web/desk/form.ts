import { computed, signal } from '@preact/signals'
import type { NewAuction } from '../../src/sdk/index.ts'
import { locale } from '../shared/language.ts'
import { parseMoney } from '../shared/figures.ts'

export const TABLES = ['standard', 'ebay-us', 'trademe-nz', 'yahoo-jp', 'copart-eu'] as const

/** What is in the fields, as it was typed. */
export type Form = ReturnType<typeof blank>
export type TextName = { [Name in keyof Form]: Form[Name] extends string ? Name : never }[keyof Form]
export type CheckName = { [Name in keyof Form]: Form[Name] extends boolean ? Name : never }[keyof Form]
export type MoneyName = 'startPrice' | 'reservePrice' | 'buyNowPrice' | 'step'

export function blank() {
  return {
    title: '',
    description: '',
    images: '',
    currency: 'EUR',
    startPrice: '',
    reservePrice: '',
    buyNowPrice: '',
    belowReserve: false,
    increments: 'standard',
    step: '',
    opensAt: '',
    closesAt: '',
    softClose: true,
    windowMinutes: '2',
    extensionMinutes: '2',
  }
}

export const form = signal(blank())

export function set<Name extends keyof Form>(name: Name, value: Form[Name]): void {
  form.value = { ...form.value, [name]: value }
}

/** Null where nothing, or no amount, was typed. */
export function amountOf(name: MoneyName): number | null {
  return parseMoney(form.value[name], form.value.currency, locale.value)
}

export function isWrong(name: MoneyName): boolean {
  return form.value[name] !== '' && amountOf(name) === null
}

/** A field's local time on the wire. */
export function instantOf(name: 'opensAt' | 'closesAt'): string | null {
  const at = form.value[name] === '' ? Number.NaN : new Date(form.value[name]).getTime()
  return Number.isNaN(at) ? null : new Date(at).toISOString()
}

export function softCloseOf(): { windowSeconds: number; extensionSeconds: number } | null {
  const { softClose, windowMinutes, extensionMinutes } = form.value
  if (!softClose) return null
  return {
    windowSeconds: Math.round(Number(windowMinutes) * 60),
    extensionSeconds: Math.round(Number(extensionMinutes) * 60),
  }
}

export function endsBeforeItOpens(): boolean {
  const closes = instantOf('closesAt')
  return closes !== null && Date.parse(closes) <= Math.max(Date.now(), Date.parse(instantOf('opensAt') ?? '') || 0)
}

export const isComplete = computed(() => {
  const { title, increments } = form.value
  const optional: MoneyName[] = ['reservePrice', 'buyNowPrice']
  const priced = amountOf('startPrice') !== null && !optional.some(isWrong)
  const stepped = increments !== 'single' || amountOf('step') !== null
  return title.trim() !== '' && priced && stepped && instantOf('closesAt') !== null && !endsBeforeItOpens()
})

/** The body of the request; null while something is missing. */
export function newAuction(asDraft: boolean): NewAuction | null {
  const { title, description, images, currency, increments, belowReserve } = form.value
  const startPrice = amountOf('startPrice')
  const closesAt = instantOf('closesAt')
  if (startPrice === null || closesAt === null) return null
  const table = TABLES.find((one) => one === increments)
  return {
    title,
    description,
    images: images.split(/\s+/).filter((line) => line !== ''),
    currency,
    opensAt: instantOf('opensAt'),
    closesAt,
    ...(asDraft ? { status: 'draft' as const } : {}),
    terms: {
      startPrice,
      increments: table ?? amountOf('step') ?? 'standard',
      reservePrice: amountOf('reservePrice'),
      buyNowPrice: amountOf('buyNowPrice'),
      belowReserve: belowReserve ? 'full' : 'steps',
      softClose: softCloseOf(),
    },
  }
}
