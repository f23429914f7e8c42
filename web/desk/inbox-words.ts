import { dictionary } from '../shared/language.ts'

export const inboxWords = dictionary({
  en: () => import('./inbox-words.en.ts'),
  es: () => import('./inbox-words.es.ts'),
})
