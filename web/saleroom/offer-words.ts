import { dictionary } from '../shared/language.ts'
import type { Texts } from './offer-words.en.ts'

/** What only who may bid reads. */
export const offerWords = dictionary<Texts>((language) => import(`./offer-words.${language}.ts`))
