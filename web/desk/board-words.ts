import { dictionary } from '../shared/language.ts'

export const boardWords = dictionary({
  en: () => import('./board-words.en.ts'),
  es: () => import('./board-words.es.ts'),
})
