import type { Amount } from './amount.ts'
import { formatMoney, plainLocale } from './figures.ts'
import { type Language, byLanguage } from '../languages/list.ts'
import { texts } from '../languages/texts.ts'
import { stepAbove } from './increments.ts'
import type { eventData } from './wire.ts'
import type { z } from 'zod'
import type { Terms } from './formats/index.ts'

/**
 * Why a bid made the price what it became, in a sentence, in every language. It is worked out from public events alone, so it
 * cannot tell what they do not.
 */

type Placed = z.output<(typeof eventData)['bid.placed']>
type Room = Pick<Placed, 'price' | 'leader' | 'reserve'>

export type PublicFacts = {
  readonly currency: string
  readonly terms: Pick<Terms, 'startPrice' | 'increments' | 'belowReserve'>
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

type Reason = keyof (typeof texts)['en']['explanation']['reasons']

export function explain(facts: PublicFacts): Explanation {
  const reason = reasonOf(facts)
  const extended = facts.extendedTo !== null
  return {
    rules: [...RULES[reason], ...(extended ? ['SC-2'] : []), ...(facts.voided ? ['VOID-1'] : [])],
    sentences: byLanguage((language) => {
      const says = texts[language].explanation
      const { paddle, leader } = facts.placed
      const said = says.reasons[reason](amountsOf(facts, language), { paddle, leader: leader ?? '' })
      return [said, ...(extended ? [says.extended] : []), ...(facts.voided ? [says.voided] : [])].join(' ')
    }),
  }
}

function amountsOf({ currency, terms, placed: { price, amount, beaten } }: PublicFacts, language: Language) {
  const show = (minor: number | null | undefined) => formatMoney(minor ?? 0, currency, plainLocale(language))
  return { price: show(price), amount: show(amount), beaten: show(beaten?.amount), start: show(terms.startPrice) }
}

function reasonOf(facts: PublicFacts): Reason {
  const { placed, before, boughtNow } = facts
  if (boughtNow) return 'boughtNow'
  if (placed.leader !== placed.paddle) return answered(facts)
  if (before === null || before.leader === null) return first(facts)
  const metNow = placed.reserve === 'met' && before.reserve !== 'met'
  if (before.leader === placed.paddle) return metNow ? 'raisedToReserve' : 'raised'
  return overtaken(facts, metNow)
}

function first({ placed, terms }: PublicFacts): Reason {
  if (placed.price === terms.startPrice) return 'first'
  if (placed.reserve === 'met') return 'firstAtReserve'
  return placed.reserve === 'unmet' && terms.belowReserve === 'full' ? 'shownWhole' : 'jump'
}

function overtaken({ placed, terms }: PublicFacts, metNow: boolean): Reason {
  const full = stepAbove(terms.increments, placed.beaten!.amount as Amount)
  if (placed.price === full) return 'step'
  if (placed.price! < full) return 'partOfStep'
  if (metNow) return 'reserve'
  return placed.reserve === 'unmet' && terms.belowReserve === 'full' ? 'shownWhole' : 'jump'
}

function answered({ placed, before, terms }: PublicFacts): Reason {
  if (placed.price === placed.amount) return 'tie'
  if (placed.price === before?.price) return 'stays'
  return placed.price === stepAbove(terms.increments, placed.amount as Amount) ? 'answer' : 'partOfAnswer'
}

/** The rules that each reason goes by; its sentence is in the texts of the languages. */
const RULES = {
  boughtNow: ['BIN-1'],
  first: ['PX-1'],
  firstAtReserve: ['PX-7', 'RES-2'],
  shownWhole: ['RES-1'],
  jump: ['PX-7'],
  step: ['PX-2'],
  partOfStep: ['PX-2'],
  reserve: ['PX-7', 'RES-2'],
  raised: ['PX-6'],
  raisedToReserve: ['PX-5', 'RES-2'],
  tie: ['PX-4'],
  answer: ['PX-3'],
  partOfAnswer: ['PX-3'],
  stays: ['PX-3', 'PX-7'],
} as const satisfies Record<Reason, readonly string[]>
