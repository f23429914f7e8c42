import type { Texts as Answer } from './answer-words.en.ts'
import type { Texts as Lower } from './lower-words.en.ts'
import type { Texts as Next } from './next-words.en.ts'
import type { Texts as Offer } from './offer-words.en.ts'
import type { Texts as Room } from './words.en.ts'

export const texts = {
  room: {
    maximaStand: 'Bids and minima stand.',
    maximumUsed: (amount: string) => `Minimum of ${amount} used up`,
    maximumLeft: (amount: string) => `Your minimum: ${amount}`,
    upTo: (amount: string) => `down to ${amount}`,
    yourMaximum: (amount: string) => `Your minimum: ${amount}. Only you see this.`,
    minimum: (amount: string) => `Next bid: ${amount} or less`,
    minimumOfOthers: (amount: string) => `Others must bid ${amount} or less`,
    outbid: (price: string) => `Somebody bid less. The price is ${price} now.`,
    seller: (name: string) => `Wanted by ${name}`,
    askSeller: 'Ask the buyer',
    unsold: { no_bids: 'Not awarded: nobody bid.', reserve_unmet: 'Not awarded: no bid was low enough.' },
    soldFor: (price: string) => `Awarded at ${price}`,
  } satisfies Partial<Room>,
  offer: {
    maximumLabel: (currency: string) => `Your minimum in ${currency}`,
    bidUpTo: (amount: string) => `Bid down to ${amount}`,
    raiseTo: (amount: string) => `Lower to ${amount}`,
    consent: 'Bids are binding: whoever wins has sold. Nothing is sent before you press.',
    agree: 'I understand: I bid to sell',
    notMore: 'not less than shown',
    below: (amount: string) => `Above the next bid of ${amount}.`,
    notAbove: (amount: string) => `Your minimum is ${amount}: give less.`,
    confirmUpTo: (amount: string) => `Yes, down to ${amount}`,
    movedMeanwhile: (amount: string) => `Meanwhile the next bid is ${amount} or less.`,
    maximum: 'Down to a minimum',
    maximumHint: 'We bid for you, only as low as it takes to lead, never lower. Only you see it.',
    raise: 'Lower my minimum',
    setMaximum: 'Set a minimum',
    otherAmount: 'Another amount, or a minimum',
    confirmLarge: 'Far below the next bid.',
    toPay: (amount: string) => `If you win you are paid ${amount}.`,
    toPayAtMost: (amount: string) => `If you win you are paid ${amount} at least.`,
  } satisfies Partial<Offer>,
  next: {
    youWon: 'Congratulations: the order is yours.',
    whatNext: 'The buyer has your name and e-mail address now, and says how to deliver. Ask them anything.',
  } satisfies Partial<Next>,
  answer: {
    raisedNow: (minimum: string) => `Your minimum is ${minimum} now. You still lead.`,
    outbidAtOnce: (price: string) => `Somebody’s earlier, lower minimum answered by itself. The price is ${price} now.`,
  } satisfies Partial<Answer>,
  lower: {
    maximumKnown: (minimum: string) =>
      `A bid was made void and you lead again. Everyone has seen your minimum of ${minimum}: you may raise it once, until the next bid.`,
    lowerLabel: (currency: string) => `New minimum in ${currency}`,
    lowerHint: (price: string, minimum: string) => `From just above ${minimum} up to ${price}. Only you see it.`,
    lowerTo: (amount: string) => `Raise to ${amount}`,
  } satisfies Partial<Lower>,
}

export type Texts = typeof texts
