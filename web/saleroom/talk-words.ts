import { dictionary } from '../shared/language.ts'

export const talkWords = dictionary({
  en: () => import('./talk-words.en.ts'),
  es: () => import('./talk-words.es.ts'),
})
