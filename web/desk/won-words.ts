import { dictionary } from '../shared/language.ts'
import type { Texts } from './won-words.en.ts'

export const wonWords = dictionary<Texts>((language) => import(`./won-words.${language}.ts`))
