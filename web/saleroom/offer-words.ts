import { dictionary } from '../shared/language.ts'
import { eitherWay } from './falling.ts'
import type { Texts } from './offer-words.en.ts'

const rising = dictionary<Texts>((language) => import(`./offer-words.${language}.ts`))

/** What only who may bid reads. */
export const offerWords = eitherWay(rising, 'offer')
