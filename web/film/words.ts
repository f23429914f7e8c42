import { dictionary } from '../shared/language.ts'

export const filmWords = dictionary({ en: () => import('./words.en.ts'), es: () => import('./words.es.ts') })
