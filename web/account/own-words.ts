import { dictionary } from '../shared/language.ts'

/** Texts of what is loaded later: the parts of one's own account, and what links of mails lead to. */
export const ownWords = dictionary({
  en: () => import('./own-words.en.ts'),
  es: () => import('./own-words.es.ts'),
})
