import { dictionary } from '../shared/language.ts'
import type { Texts } from './words.en.ts'

export const accountWords = dictionary<Texts>((language) => import(`./words.${language}.ts`))
