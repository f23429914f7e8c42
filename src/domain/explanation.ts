import type { Amount } from './amount.ts'
import { formatMoney, plainLocale } from './figures.ts'
import { type Language, byLanguage } from '../languages/list.ts'
import { texts } from '../languages/texts.ts'
import type { eventData } from './wire.ts'
import type { z } from 'zod'
import type { Increments } from './increments.ts'
import { formats } from './formats/index.ts'
import type { FormatName } from './formats/shapes.ts'

/**
 * Why a bid made the price what it became, in a sentence, in every language. It is worked out from public events alone, so it
 * cannot tell what they do not.
 */

type Placed = z.output<(typeof eventData)['bid.placed']>
type Room = Pick<Placed, 'price' | 'leader' | 'reserve'>

export type PublicFacts = {
  readonly currency: string
  readonly format: FormatName
  readonly terms: {
    readonly startPrice: Amount
    readonly increments: Increments
    readonly belowReserve?: 'steps' | 'full' | undefined
  }
  readonly placed: Placed
  /** The room before the bid; null before the first. */
  readonly before: Room | null
  readonly boughtNow: boolean
  /** The new end, where the bid moved it. */
  readonly extendedTo: string | null
  readonly voided: boolean
}

/** `rules` are ids of docs/rules.md. */
export type Explanation = { readonly rules: readonly string[]; readonly sentences: Readonly<Record<Language, string>> }

export function explain(facts: PublicFacts): Explanation {
  const format = formats[facts.format]
  const { reason, rules } = format.reasonFor(facts)
  const extended = facts.extendedTo !== null
  return {
    rules: [...rules, ...(extended ? ['SC-2'] : []), ...(facts.voided ? ['VOID-1'] : [])],
    sentences: byLanguage((language) => {
      const says = texts[language].explanation
      const { paddle, leader } = facts.placed
      const reasons = format.direction === 'down' ? { ...says.reasons, ...says.reasonsDown } : says.reasons
      const said = reasons[reason](amountsOf(facts, language), { paddle, leader: leader ?? '' })
      return [said, ...(extended ? [says.extended] : []), ...(facts.voided ? [says.voided] : [])].join(' ')
    }),
  }
}

function amountsOf({ currency, terms, placed: { price, amount, beaten } }: PublicFacts, language: Language) {
  const show = (minor: number | null | undefined) => formatMoney(minor ?? 0, currency, plainLocale(language))
  return { price: show(price), amount: show(amount), beaten: show(beaten?.amount), start: show(terms.startPrice) }
}
