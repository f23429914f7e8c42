import { dictionary } from '../shared/language.ts'
import type { Texts } from './talk-words.en.ts'

export const talkWords = dictionary<Texts>((language) => import(`./talk-words.${language}.ts`))
