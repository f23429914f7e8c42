import type { Amount } from './amount.ts'
import { formatMoney } from './figures.ts'
import { stepAbove } from './increments.ts'
import type { eventData } from './wire.ts'
import type { z } from 'zod'
import type { Terms } from './formats/index.ts'

/**
 * Why a bid made the price what it became, in a sentence, in both languages. It is worked out from public events alone, so it
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
export type Explanation = { readonly rules: readonly string[]; readonly en: string; readonly es: string }

type Amounts = Readonly<Record<'price' | 'amount' | 'beaten' | 'start', string>>
type Sentence = (shown: Amounts, who: { paddle: string; leader: string }) => string
type Reason = { readonly rules: readonly string[]; readonly en: Sentence; readonly es: Sentence }

export function explain(facts: PublicFacts): Explanation {
  const { rules, en, es } = reasonOf(facts)
  const more = [...(facts.extendedTo === null ? [] : [EXTENDED]), ...(facts.voided ? [VOIDED] : [])]
  const { paddle, leader } = facts.placed
  const say = (language: 'en' | 'es', sentence: Sentence) =>
    [sentence(amountsOf(facts, language), { paddle, leader: leader ?? '' }), ...more.map((one) => one[language])].join(
      ' ',
    )
  return { rules: [...rules, ...more.map(({ rule }) => rule)], en: say('en', en), es: say('es', es) }
}

function amountsOf(
  { currency, terms, placed: { price, amount, beaten } }: PublicFacts,
  language: 'en' | 'es',
): Amounts {
  const show = (minor: number | null | undefined) => formatMoney(minor ?? 0, currency, { language, locale: language })
  return { price: show(price), amount: show(amount), beaten: show(beaten?.amount), start: show(terms.startPrice) }
}

function reasonOf(facts: PublicFacts): Reason {
  const { placed, before, boughtNow } = facts
  if (boughtNow) return reasons.boughtNow
  if (placed.leader !== placed.paddle) return answered(facts)
  if (before === null || before.leader === null) return first(facts)
  const metNow = placed.reserve === 'met' && before.reserve !== 'met'
  if (before.leader === placed.paddle) return metNow ? reasons.raisedToReserve : reasons.raised
  return overtaken(facts, metNow)
}

function first({ placed, terms }: PublicFacts): Reason {
  if (placed.price === terms.startPrice) return reasons.first
  if (placed.reserve === 'met') return reasons.firstAtReserve
  return placed.reserve === 'unmet' && terms.belowReserve === 'full' ? reasons.shownWhole : reasons.jump
}

function overtaken({ placed, terms }: PublicFacts, metNow: boolean): Reason {
  const full = stepAbove(terms.increments, placed.beaten!.amount as Amount)
  if (placed.price === full) return reasons.step
  if (placed.price! < full) return reasons.partOfStep
  if (metNow) return reasons.reserve
  return placed.reserve === 'unmet' && terms.belowReserve === 'full' ? reasons.shownWhole : reasons.jump
}

function answered({ placed, before, terms }: PublicFacts): Reason {
  if (placed.price === placed.amount) return reasons.tie
  if (placed.price === before?.price) return reasons.stays
  return placed.price === stepAbove(terms.increments, placed.amount as Amount) ? reasons.answer : reasons.partOfAnswer
}

const EXTENDED = {
  rule: 'SC-2',
  en: 'It came within the last minutes that move the end, so the end moved.',
  es: 'Llegó dentro de los últimos minutos que aplazan el cierre, y el cierre se aplazó.',
}
const VOIDED = {
  rule: 'VOID-1',
  en: 'The bid was voided later, and the price was worked out again without it.',
  es: 'La puja se anuló después y el precio se volvió a calcular sin ella.',
}

const reasons = {
  boughtNow: {
    rules: ['BIN-1'],
    en: ({ price }, { paddle }) => `${paddle} bought at the buy-now price of ${price}, which closed the auction.`,
    es: ({ price }, { paddle }) => `${paddle} compró al precio inmediato de ${price}, y la subasta se cerró.`,
  },
  first: {
    rules: ['PX-1'],
    en: ({ start }, { paddle }) =>
      `${paddle} bid first and leads at the start price of ${start}, however high the offer was.`,
    es: ({ start }, { paddle }) =>
      `${paddle} pujó primero y va en cabeza al precio de salida de ${start}, por alta que fuera la oferta.`,
  },
  firstAtReserve: {
    rules: ['PX-7', 'RES-2'],
    en: ({ price }, { paddle }) =>
      `${paddle} bid first and the reserve is met: the price is what was asked for or the reserve, whichever is higher, ${price}.`,
    es: ({ price }, { paddle }) =>
      `${paddle} pujó primero y se alcanzó la reserva: el precio es lo pedido o la reserva, lo que sea más alto, ${price}.`,
  },
  shownWhole: {
    rules: ['RES-1'],
    en: ({ price }, { paddle }) => `${paddle} leads; below the reserve an offer is shown whole: ${price}.`,
    es: ({ price }, { paddle }) =>
      `${paddle} va en cabeza; por debajo de la reserva la oferta se muestra entera: ${price}.`,
  },
  jump: {
    rules: ['PX-7'],
    en: ({ price }, { paddle }) => `${paddle} asked for the price of ${price} outright, and leads at it.`,
    es: ({ price }, { paddle }) => `${paddle} pidió directamente el precio de ${price} y va en cabeza.`,
  },
  step: {
    rules: ['PX-2'],
    en: ({ price, beaten }, { paddle }) =>
      `${paddle} beat an offer of ${beaten} and leads one step above it, at ${price}.`,
    es: ({ price, beaten }, { paddle }) =>
      `${paddle} superó una oferta de ${beaten} y va en cabeza un tramo por encima, a ${price}.`,
  },
  partOfStep: {
    rules: ['PX-2'],
    en: ({ price, beaten }, { paddle }) =>
      `${paddle} beat an offer of ${beaten} by less than a full step, which is enough: the price is ${price}.`,
    es: ({ price, beaten }, { paddle }) =>
      `${paddle} superó una oferta de ${beaten} por menos de un tramo entero, y basta: el precio es ${price}.`,
  },
  reserve: {
    rules: ['PX-7', 'RES-2'],
    en: ({ price, beaten }, { paddle }) =>
      `${paddle} beat an offer of ${beaten} and the reserve is met: the price is what was asked for or the reserve, whichever is higher, ${price}.`,
    es: ({ price, beaten }, { paddle }) =>
      `${paddle} superó una oferta de ${beaten} y se alcanzó la reserva: el precio es lo pedido o la reserva, lo que sea más alto, ${price}.`,
  },
  raised: {
    rules: ['PX-6'],
    en: ({ price }, { paddle }) =>
      `${paddle} already led and raised the own maximum: the price makes up the step it was short of and is ${price}.`,
    es: ({ price }, { paddle }) =>
      `${paddle} ya iba en cabeza y subió su máximo: el precio completa el tramo que le faltaba y es ${price}.`,
  },
  raisedToReserve: {
    rules: ['PX-5', 'RES-2'],
    en: ({ price }, { paddle }) =>
      `${paddle} already led and raised the own maximum: the reserve is met and the price is ${price}.`,
    es: ({ price }, { paddle }) =>
      `${paddle} ya iba en cabeza y subió su máximo: se alcanzó la reserva y el precio es ${price}.`,
  },
  tie: {
    rules: ['PX-4'],
    en: ({ amount }, { leader }) =>
      `An offer of ${amount} was answered by one as high that came earlier: ${leader} leads at it.`,
    es: ({ amount }, { leader }) =>
      `A una oferta de ${amount} respondió otra igual y anterior: ${leader} va en cabeza a ese precio.`,
  },
  answer: {
    rules: ['PX-3'],
    en: ({ amount, price }, { leader }) =>
      `An offer of ${amount} was answered at once by the standing maximum of ${leader}, who leads one step above it, at ${price}.`,
    es: ({ amount, price }, { leader }) =>
      `A una oferta de ${amount} respondió enseguida el máximo de ${leader}, que va en cabeza un tramo por encima, a ${price}.`,
  },
  partOfAnswer: {
    rules: ['PX-3'],
    en: ({ amount, price }, { leader }) =>
      `An offer of ${amount} was answered at once by the standing maximum of ${leader}, who leads at ${price}.`,
    es: ({ amount, price }, { leader }) =>
      `A una oferta de ${amount} respondió enseguida el máximo de ${leader}, que va en cabeza a ${price}.`,
  },
  stays: {
    rules: ['PX-3', 'PX-7'],
    en: ({ amount, price }, { leader }) =>
      `An offer of ${amount} did not move the price: ${leader} leads at ${price} as before.`,
    es: ({ amount, price }, { leader }) =>
      `Una oferta de ${amount} no movió el precio: ${leader} sigue en cabeza a ${price}.`,
  },
} as const satisfies Record<string, Reason>
