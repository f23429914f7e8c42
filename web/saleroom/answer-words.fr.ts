import type { Texts } from './answer-words.en.ts'

export const texts: Texts = {
  raisedNow: (maximum) => `Votre maximum est maintenant de ${maximum}. Vous menez toujours.`,
  wonNow: (price) => `C’est à vous, pour ${price}.`,
  outbidAtOnce: (price) =>
    `Un maximum antérieur et plus élevé a répondu de lui-même. Le prix est maintenant de ${price}.`,
}
