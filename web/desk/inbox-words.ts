import { dictionary } from '../shared/language.ts'
import type { Texts } from './inbox-words.en.ts'

export const inboxWords = dictionary<Texts>((language) => import(`./inbox-words.${language}.ts`))
