import { dictionary } from '../shared/language.ts'
import { eitherWay } from './falling.ts'
import type { Texts } from './words.en.ts'

const rising = dictionary<Texts>((language) => import(`./words.${language}.ts`))
export const saleroomWords = eitherWay(rising, 'room')
