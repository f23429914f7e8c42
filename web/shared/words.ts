import { dictionary } from './language.ts'

export const words = dictionary({
  en: () => import('./words.en.ts'),
  es: () => import('./words.es.ts'),
})
