import { dictionary } from '../shared/language.ts'
import { eitherWay } from './falling.ts'
import type { Texts } from './next-words.en.ts'

const rising = dictionary<Texts>((language) => import(`./next-words.${language}.ts`))

/** What is read once the hammer is down. */
export const nextWords = eitherWay(rising, 'next')
