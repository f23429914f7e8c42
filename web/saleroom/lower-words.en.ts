export const texts = {
  maximumKnown: (maximum: string) =>
    `A bid was made void and you lead again. Everyone has seen your maximum of ${maximum}: you may lower it once, until the next bid.`,
  lowerLabel: (currency: string) => `New maximum in ${currency}`,
  lowerHint: (least: string, maximum: string) => `From ${least} up to just below ${maximum}. Only you see it.`,
  lowerTo: (amount: string) => `Lower to ${amount}`,
  noAmount: 'Give an amount',
}

export type Texts = typeof texts
