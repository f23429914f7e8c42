import type { Texts } from './turned-away-words.en.ts'

export const texts: Texts = {
  gone: 'Esa subasta no existe.',
  membersOnly: 'Solo para miembros. Entre primero.',
  notAllowed: 'No puede ver esta subasta.',
  toCatalogue: 'Al catálogo',
}
