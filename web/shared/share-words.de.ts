import type { Texts } from './share-words.en.ts'

export const texts: Texts = {
  share: 'Teilen',
  copied: 'Die Adresse wurde kopiert.',
  address: 'Adresse zum Kopieren',
}
