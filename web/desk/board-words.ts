import { dictionary } from '../shared/language.ts'
import type { Texts } from './board-words.en.ts'

export const boardWords = dictionary<Texts>((language) => import(`./board-words.${language}.ts`))
