import type { Texts } from './words.en.ts'

export const texts: Texts = {
  price: 'Preço atual',
  startsAt: 'Começa em',
  hammer: 'Vendido por',
  open: 'Abrir na sala',
  minimum: (amount) => `Próximo lance: desde ${amount}`,
  yourBid: (currency) => `O seu lance em ${currency}`,
  bid: (amount) => `Licitar ${amount}`,
  confirm: (amount) => `Sim, licitar ${amount}`,
  binding: 'Os lances são vinculativos. Sem taxas.',
  signIn: 'Entre para licitar',
  soldTo: (paddle) => `Vendido a ${paddle}`,
  leads: (paddle) => `${paddle} lidera`,
  taken: 'O seu lance lidera.',
  outbidAtOnce: 'Um máximo anterior respondeu sozinho.',
  sending: 'A enviar …',
  unknown: 'Ainda sem resposta. Pergunte de novo: nunca se faz duas vezes.',
  gone: 'Este leilão não pode ser mostrado aqui.',
  wrong: 'Isto não é um valor.',
}
