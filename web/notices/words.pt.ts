import type { Texts } from './words.en.ts'

export const texts: Texts = {
  bell: (unread) => (unread === 0 ? 'Avisos' : unread === 1 ? 'Avisos, 1 por ler' : `Avisos, ${unread} por ler`),
  title: 'Avisos',
  none: 'Ainda nada. Aqui fica a saber quando o superam, quando um lote que segue abre ou fecha em breve, e como acabou.',
  readAll: 'Marcar tudo como lido',
  preferences: 'Como é avisado',
  unread: 'por ler',
  kinds: {
    outbid: (price) => `Foi superado. O preço é ${price}.`,
    won: (price) => `Ganhou, a ${price}.`,
    lost: () => 'Acabou sem si.',
    closing_soon: (_, time) => `Fecha em breve: ${time}.`,
    lot_coming_up: () => 'Já está aberto a lances.',
    message: () => 'Tem uma mensagem.',
    registration: () => 'Novidades da sua inscrição.',
    offer: () => 'Tem uma oferta.',
    invoice: () => 'Tem uma fatura.',
    payment: () => 'Novidades de um pagamento.',
  },
}
