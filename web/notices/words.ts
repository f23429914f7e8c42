import { dictionary } from '../shared/language.ts'

export const noticeWords = dictionary({
  en: () => import('./words.en.ts'),
  es: () => import('./words.es.ts'),
})
