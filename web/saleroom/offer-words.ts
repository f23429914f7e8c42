import { dictionary } from '../shared/language.ts'

/** What only who may bid reads. */
export const offerWords = dictionary({
  en: () => import('./offer-words.en.ts'),
  es: () => import('./offer-words.es.ts'),
})
