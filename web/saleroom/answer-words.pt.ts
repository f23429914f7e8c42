import type { Texts } from './answer-words.en.ts'

export const texts: Texts = {
  raisedNow: (maximum) => `O seu máximo é agora ${maximum}. Continua a liderar.`,
  wonNow: (price) => `É seu por ${price}.`,
  outbidAtOnce: (price) => `Um máximo anterior e mais alto respondeu sozinho. O preço é agora ${price}.`,
}
