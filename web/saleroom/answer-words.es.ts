import type { Texts } from './answer-words.en.ts'

export const texts: Texts = {
  raisedNow: (maximum) => `Su máximo es ahora ${maximum}. Sigue ganando.`,
  wonNow: (price) => `Es suyo por ${price}.`,
  outbidAtOnce: (price) => `Un máximo anterior y más alto respondió solo. El precio es ahora ${price}.`,
}
