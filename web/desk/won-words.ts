import { dictionary } from '../shared/language.ts'

export const wonWords = dictionary({
  en: () => import('./won-words.en.ts'),
  es: () => import('./won-words.es.ts'),
})
