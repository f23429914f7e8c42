import { dictionary } from '../shared/language.ts'

export const turnedAwayWords = dictionary({
  en: () => import('./turned-away-words.en.ts'),
  es: () => import('./turned-away-words.es.ts'),
})
