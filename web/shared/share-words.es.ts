import type { Texts } from './share-words.en.ts'

export const texts: Texts = {
  share: 'Compartir',
  copied: 'La dirección se copió.',
  address: 'Dirección para copiar',
}
