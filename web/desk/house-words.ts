import { dictionary } from '../shared/language.ts'
import type { Texts } from './house-words.en.ts'

export const houseWords = dictionary<Texts>((language) => import(`./house-words.${language}.ts`))
