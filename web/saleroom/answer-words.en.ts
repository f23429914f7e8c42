/** What became of a bid that was taken. */
export const texts = {
  raisedNow: (maximum: string) => `Your maximum is ${maximum} now. You still lead.`,
  wonNow: (price: string) => `It is yours for ${price}.`,
  outbidAtOnce: (price: string) => `Somebody’s earlier, higher maximum answered by itself. The price is ${price} now.`,
}

export type Texts = typeof texts
