import { de } from './de.ts'
import { en } from './en.ts'
import { es } from './es.ts'
import { fr } from './fr.ts'
import { pt } from './pt.ts'
import type { Language } from './list.ts'

/** What the service itself writes, whole in each language: those of the pages' own code are beside it. */
export type Texts = typeof en

/** A language of the list whose texts are not here does not compile. */
export const texts: Readonly<Record<Language, Texts>> = { en, es, de, fr, pt }
