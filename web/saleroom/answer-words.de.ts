import type { Texts } from './answer-words.en.ts'

export const texts: Texts = {
  raisedNow: (maximum) => `Ihr Höchstgebot ist jetzt ${maximum}. Sie führen weiter.`,
  wonNow: (price) => `Es gehört Ihnen, für ${price}.`,
  outbidAtOnce: (price) =>
    `Ein früheres, höheres Höchstgebot hat von selbst geantwortet. Der Preis ist jetzt ${price}.`,
}
