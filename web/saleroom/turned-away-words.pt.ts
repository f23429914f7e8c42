import type { Texts } from './turned-away-words.en.ts'

export const texts: Texts = {
  gone: 'Este leilão não existe.',
  membersOnly: 'Só os membros podem ver. Entre primeiro.',
  notAllowed: 'Não pode ver este leilão.',
  toCatalogue: 'Ver o catálogo',
}
