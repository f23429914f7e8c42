import type { AuctionView, TermsView } from '../../src/sdk/index.ts'
import { formats } from '../formats/formats.ts'
import { dictionary, locale } from './language.ts'
import { money } from './money.ts'
import { stepAt } from './steps.ts'
import { formatLength } from './time.ts'
import type { Texts } from './rules.en.ts'

export const ruleWords = dictionary<Texts>((language) => import(`./rules.${language}.ts`))

export const TABLES = ['standard', 'ebay-us', 'trademe-nz', 'yahoo-jp', 'copart-eu'] as const
export type Table = (typeof TABLES)[number]

/** The terms of an auction, or as far as they are known while it is being made. */
export type Terms = {
  readonly startPrice: number
  readonly increments: TermsView['increments'] | Table | number | null
  readonly buyNowPrice?: number | null | undefined
  readonly softClose: { windowSeconds: number; extensionSeconds: number; maxExtensions?: number | null } | null
  readonly belowReserve?: 'steps' | 'full' | undefined
  readonly revealReserve: boolean
  /** Null for none. Whoever may not know it leaves it out and says by `reserve` whether there is one. */
  readonly reservePrice?: number | null | undefined
}

type Facts = {
  readonly currency: string
  readonly format: AuctionView['format']
  readonly price: number | null
  readonly hasReserve: boolean
}

/** The rules of one auction in plain words, made of its terms. */
export function rulesOf(terms: Terms, { currency, format, price, hasReserve }: Facts): string[] {
  const { falling, ...rising } = ruleWords.value
  const says = formats[format].falls ? { ...rising, ...falling } : rising
  const { buyNowPrice = null } = terms
  const show = (amount: number) => money.value(amount, currency)
  return [
    says.start(show(terms.startPrice)),
    stepRule(says, terms, { price: price ?? terms.startPrice, show }),
    says.maximum,
    ...reserveRules(says, terms, { hasReserve, show }),
    ...(buyNowPrice === null ? [] : [says.buyNow(show(buyNowPrice))]),
    endRule(terms.softClose),
    says.clock,
    says.binding,
  ]
}

type Show = (amount: number) => string
type Says = Omit<Texts, 'falling'>

function stepRule(
  says: Says,
  { increments }: Terms,
  { price, show }: { readonly price: number; readonly show: Show },
): string {
  if (increments === null) return says.noStep
  if (typeof increments === 'string') return says.named[increments]
  if (typeof increments === 'number') return says.singleStep(show(increments))
  if (!Array.isArray(increments))
    return says.percent(new Intl.NumberFormat(locale.value).format(increments.percent), show(increments.atLeast))
  const step = show(stepAt(increments, price))
  return increments.length === 1 ? says.singleStep(step) : says.table(show(price), step)
}

function reserveRules(
  says: Says,
  { reservePrice, belowReserve, revealReserve }: Terms,
  { hasReserve, show }: { readonly hasReserve: boolean; readonly show: Show },
): string[] {
  if (!hasReserve) return [says.noReserve]
  const rule = typeof reservePrice === 'number' ? says.reserveOf(show(reservePrice)) : says.reserve
  return [rule, ...(belowReserve === 'full' ? [says.whole] : []), ...(revealReserve ? [says.reveal] : [])]
}

function endRule(softClose: Terms['softClose']): string {
  const { soft, softLimit, hard } = ruleWords.value
  if (softClose === null) return hard
  const { windowSeconds, extensionSeconds, maxExtensions = null } = softClose
  const rule = soft(formatLength(windowSeconds), formatLength(extensionSeconds))
  return maxExtensions === null ? rule : `${rule} ${softLimit(maxExtensions)}`
}
