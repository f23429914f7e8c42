import { dictionary } from '../shared/language.ts'

export const sentWords = dictionary({
  en: () => import('./sent-words.en.ts'),
  es: () => import('./sent-words.es.ts'),
})
