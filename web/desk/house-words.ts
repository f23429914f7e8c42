import { dictionary } from '../shared/language.ts'

export const houseWords = dictionary({
  en: () => import('./house-words.en.ts'),
  es: () => import('./house-words.es.ts'),
})
