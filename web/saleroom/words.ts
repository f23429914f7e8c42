import { dictionary } from '../shared/language.ts'

export const saleroomWords = dictionary({
  en: () => import('./words.en.ts'),
  es: () => import('./words.es.ts'),
})
