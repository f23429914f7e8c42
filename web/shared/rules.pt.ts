import type { Texts } from './rules.en.ts'

export const texts: Texts = {
  start: (price) => `Os lances começam em ${price}.`,
  singleStep: (step) => `Cada lance fica pelo menos ${step} acima do preço.`,
  percent: (percent, least) =>
    `Cada lance fica pelo menos ${percent} % acima do preço, e nunca menos de ${least} acima dele.`,
  table: (price, step) => `Os degraus crescem com o preço: a ${price}, o próximo lance é pelo menos ${step} mais alto.`,
  named: {
    standard: 'Os degraus crescem com o preço: 2 a 5 % dele, em números redondos.',
    'ebay-us': 'Os degraus crescem com o preço, como no eBay dos EUA.',
    'trademe-nz': 'Os degraus crescem com o preço, como no Trade Me.',
    'yahoo-jp': 'Os degraus crescem com o preço, como no Yahoo! Japan.',
    'copart-eu': 'Os degraus crescem com o preço, como na Copart da Europa.',
  },
  noStep: 'Que distância há entre os lances?',
  maximum:
    'Deixe um máximo e a casa licita por si, só o necessário para liderar. Ninguém mais o vê enquanto vale. De dois máximos iguais lidera o anterior.',
  noReserve: 'Não há reserva: o lance mais alto ganha.',
  reserve: 'Há uma reserva: abaixo dela o lote não é vendido. Mostra-se se foi atingida, não o valor.',
  reserveOf: (price) => `Abaixo de ${price} não é vendido. Os licitantes só veem se isso foi atingido.`,
  whole: 'Abaixo da reserva, um máximo conta logo por inteiro e é mostrado.',
  reveal: 'No fecho, a reserva é mostrada.',
  buyNow: (price) => `Até ao primeiro lance, qualquer pessoa pode fechar o leilão pagando ${price}.`,
  soft: (window, extension) => `Um lance a menos de ${window} do fim adia-o: ficam ${extension} a partir desse lance.`,
  softLimit: (count) => (count === 1 ? 'Isso acontece no máximo uma vez.' : `Isso acontece no máximo ${count} vezes.`),
  hard: 'O fim é fixo: lances tardios não o adiam.',
  clock: 'Decide o relógio da casa: um lance conta se chegar antes do fim.',
  binding: 'Os lances são vinculativos e não podem ser retirados. Ao preço não se somam taxas.',
  falling: {
    start: (price) => `O primeiro lance é de ${price} ou menos.`,
    singleStep: (step) => `Cada lance fica pelo menos ${step} abaixo do preço.`,
    percent: (percent, least) =>
      `Cada lance fica pelo menos ${percent} % abaixo do preço, e nunca menos de ${least} abaixo dele.`,
    table: (price, step) => `Os degraus seguem o preço: a ${price}, o próximo lance é pelo menos ${step} mais baixo.`,
    maximum:
      'Deixe um mínimo e a casa licita por si, só o necessário para liderar. Ninguém mais o vê enquanto vale. De dois mínimos iguais lidera o anterior.',
    noReserve: 'Não há reserva: o lance mais baixo ganha.',
    reserve: 'Há uma reserva: acima dela nada é atribuído. Mostra-se se foi atingida, não o valor.',
    reserveOf: (price) => `Acima de ${price} nada é atribuído. Os licitantes só veem se isso foi atingido.`,
    binding: 'Os lances são vinculativos e não podem ser retirados: quem ganha fornece ao preço.',
  },
  steps: 'Tabela de degraus',
  stepFrom: 'Preço desde',
  step: 'Degrau',
  stepNow: 'agora',
}
