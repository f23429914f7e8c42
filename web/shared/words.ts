import { dictionary } from './language.ts'
import type { Texts } from './words.en.ts'

export const words = dictionary<Texts>((language) => import(`./words.${language}.ts`))
