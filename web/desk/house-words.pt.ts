import type { Texts } from './house-words.en.ts'

export const texts: Texts = {
  face: 'O rosto da casa',
  name: 'Nome',
  nameHint: 'No cabeçalho e no título de cada página, e na pré-visualização de links.',
  logo: 'Logótipo',
  logoHint: 'Em vez do nome no cabeçalho. Nas páginas escuras mantém um fundo claro: desenhe-o para isso.',
  chooseLogo: 'Escolher imagem',
  removeLogo: 'Remover o logótipo',
  accent: 'Cor de destaque',
  accentOwn: 'Botões e links numa cor da casa',
  schemes: { light: 'Em páginas claras', dark: 'Em páginas escuras' },
  weak: {
    paper: (ratio, needed) =>
      `Links nesta cor não se leriam na página: o contraste é ${ratio}:1, e é preciso ${needed}:1.`,
    text: (ratio, needed) => `O que fica sobre ela não se leria: o contraste é ${ratio}:1, e é preciso ${needed}:1.`,
  },
  good: 'Lê-se bem.',
  nearest: 'Usar a mais próxima que se leia',
  contact: 'Contacto',
  contactHint: 'Um endereço de e-mail, ou o endereço https de uma página.',
  legal: 'Textos da casa',
  legalHint:
    'Cada um tem a sua página, com um link ao fundo de cada página. Markdown é entendido; HTML é mostrado como texto. Textos vazios não são mostrados.',
  imprint: 'Aviso legal',
  privacy: 'Privacidade',
  terms: 'Condições',
  hints: {
    imprint: 'Quem gere a casa, e como contactá-la.',
    privacy: 'O que se faz com dados pessoais.',
    terms: 'Quem cria conta tem de as aceitar.',
  },
  termsVersion: (version) =>
    `Versão ${version}. Outro texto é uma nova versão: quem criar conta depois aceita essa; as antigas continuam legíveis.`,
  see: 'Ver a página',
  save: 'Guardar',
  working: 'Um momento …',
  saved: 'Guardado. Cada página mostra-o a partir do próximo carregamento.',
  look: 'Ver',
  unsaved: 'Ainda não guardado.',
  cannotBeRead: 'A cor de destaque não se lê: escolha outra.',
}
