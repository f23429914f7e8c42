import { dictionary } from '../shared/language.ts'
import type { Texts } from './words.en.ts'

/** Every language comes along: an embed is one file. */
export const embedWords = dictionary<Texts>((language) => import(`./words.${language}.ts`))
