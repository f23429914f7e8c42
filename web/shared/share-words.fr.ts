import type { Texts } from './share-words.en.ts'

export const texts: Texts = {
  share: 'Partager',
  copied: 'L’adresse a été copiée.',
  address: 'Adresse à copier',
}
