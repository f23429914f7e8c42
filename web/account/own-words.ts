import { dictionary } from '../shared/language.ts'
import type { Texts } from './own-words.en.ts'

/** Texts of what is loaded later: the parts of one's own account, and what links of mails lead to. */
export const ownWords = dictionary<Texts>((language) => import(`./own-words.${language}.ts`))
