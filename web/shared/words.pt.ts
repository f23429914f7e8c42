import type { Texts } from './words.en.ts'

// A slow telephone makes its first formatters in a tenth of a second: here while the page's other code is on its way.
new Intl.NumberFormat('pt').format(0)
new Intl.DateTimeFormat('pt').format(0)

export const texts: Texts = {
  catalogue: 'Leilões',
  myBids: 'Lances',
  desk: 'Mesa',
  account: 'Conta',
  signIn: 'Entrar',
  signOut: 'Sair',
  language: 'Língua',
  ownName: 'Português',
  skip: 'Ao conteúdo',
  pages: 'Páginas',
  day: 'd',
  loading: 'A carregar …',
  notLoaded: 'Não foi possível carregar. Há ligação?',
  tryAgain: 'Tentar de novo',
  more: 'Ver mais',
  back: 'Voltar',
  noBidsYet: 'Ainda sem lances',
  noBids: 'Sem lances',
  bids: (count) => (count === 1 ? '1 lance' : `${count} lances`),
  bidders: (count) => (count === 1 ? '1 licitante' : `${count} licitantes`),
  watch: (title) => `Seguir ${title}`,
  status: {
    draft: 'Rascunho',
    scheduled: 'Em breve',
    open: 'Aberto',
    paused: 'Em pausa',
    closed: 'Fechado',
    cancelled: 'Cancelado',
  },
  closing: 'Fecha em breve',
  sold: 'Vendido',
  unsold: 'Não vendido',
  phase: {
    connecting: 'A ligar',
    live: 'Em direto',
    silent: 'Sem resposta',
    reconnecting: 'A religar',
    offline: 'Sem ligação',
    over: 'Terminou',
  },
  standing: {
    none: 'Sem lance',
    leading: 'Está a liderar',
    unmet: 'Lidera, abaixo da reserva',
    outbid: 'Superado',
    won: 'Ganhou',
    lost: 'Não ganhou',
  },
  reserve: { none: 'Sem reserva', unmet: 'Reserva não atingida', met: 'Reserva atingida' },
}
