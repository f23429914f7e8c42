import { dictionary } from '../shared/language.ts'
import type { Texts } from './sent-words.en.ts'

export const sentWords = dictionary<Texts>((language) => import(`./sent-words.${language}.ts`))
