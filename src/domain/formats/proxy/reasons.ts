import type { Amount } from '../../amount.ts'
import type { PublicFacts } from '../../explanation.ts'
import type { Side } from './side.ts'

/** Why a bid made the price what it became, by what is public alone. */
export type Reason = keyof typeof RULES

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
} as const

export function reasonFor(side: Side, facts: PublicFacts): { reason: Reason; rules: readonly string[] } {
  const reason = reasonOf(side, facts)
  return { reason, rules: RULES[reason] }
}

function reasonOf(side: Side, facts: PublicFacts): Reason {
  const { placed, before, boughtNow } = facts
  if (boughtNow) return 'boughtNow'
  if (placed.leader !== placed.paddle) return answered(side, facts)
  if (before === null || before.leader === null) return first(facts)
  const metNow = placed.reserve === 'met' && before.reserve !== 'met'
  if (before.leader === placed.paddle) return metNow ? 'raisedToReserve' : 'raised'
  return overtaken(side, facts, metNow)
}

function first({ placed, terms }: PublicFacts): Reason {
  if (placed.price === terms.startPrice) return 'first'
  if (placed.reserve === 'met') return 'firstAtReserve'
  return placed.reserve === 'unmet' && terms.belowReserve === 'full' ? 'shownWhole' : 'jump'
}

function overtaken(side: Side, { placed, terms }: PublicFacts, metNow: boolean): Reason {
  const full = side.next(terms.increments, placed.beaten!.amount as Amount)
  if (placed.price === full) return 'step'
  if (!side.reaches(placed.price as Amount, full)) return 'partOfStep'
  if (metNow) return 'reserve'
  return placed.reserve === 'unmet' && terms.belowReserve === 'full' ? 'shownWhole' : 'jump'
}

function answered(side: Side, { placed, before, terms }: PublicFacts): Reason {
  if (placed.price === placed.amount) return 'tie'
  if (placed.price === before?.price) return 'stays'
  return placed.price === side.next(terms.increments, placed.amount as Amount) ? 'answer' : 'partOfAnswer'
}
