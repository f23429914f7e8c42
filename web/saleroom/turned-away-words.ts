import { dictionary } from '../shared/language.ts'
import type { Texts } from './turned-away-words.en.ts'

export const turnedAwayWords = dictionary<Texts>((language) => import(`./turned-away-words.${language}.ts`))
