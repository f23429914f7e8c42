import { dictionary } from '../shared/language.ts'
import type { Texts } from './falling.en.ts'

/** A module of its own, so that nobody loads these texts where prices rise. */
export const fallingTexts = dictionary<Texts>((language) => import(`./falling.${language}.ts`))
