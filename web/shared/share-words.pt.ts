import type { Texts } from './share-words.en.ts'

export const texts: Texts = {
  share: 'Partilhar',
  copied: 'O endereço foi copiado.',
  address: 'Endereço para copiar',
}
