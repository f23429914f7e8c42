import type { Texts } from './board-words.en.ts'

const auctions = (count: number) => (count === 1 ? '1 leilão' : `${count} leilões`)
/** Where something is left out by the filters it is said of how many. */
const ofAll = (count: number, of: number) => (count === of ? auctions(count) : `${count} dos ${of} leilões mostrados`)

export const texts: Texts = {
  layout: 'Vista do quadro',
  layouts: { cards: 'Cartões', table: 'Tabela' },
  only: 'Mostrar só',
  filters: { closing: 'Fecham em 5 minutos', noBids: 'Sem lances', unmet: 'Reserva não atingida' },
  nothingFits: 'Nenhum leilão em curso corresponde.',
  columns: {
    lot: 'Lote',
    left: 'Tempo restante',
    price: 'Preço',
    bids: 'Lances',
    leader: 'Lidera',
    reserve: 'Reserva',
  },
  total: (count, currency) => `${auctions(count)} em ${currency}`,

  forAll: 'Com todos os mostrados',
  actions: { pause: 'Pausar todos', resume: 'Retomar todos', extend: 'Mais tempo para todos' },
  sure: {
    pause: (count, of) => `Pausar ${ofAll(count, of)}? Ninguém pode licitar até serem retomados; os relógios param.`,
    resume: (count, of) => `Retomar ${ofAll(count, of)}, cada um com o tempo que restava?`,
    extend: (count, of) => `Quanto tempo mais para ${ofAll(count, of)}? Soma-se ao fim de cada um.`,
  },
  yes: {
    pause: (count) => `Pausar ${count}`,
    resume: (count) => `Retomar ${count}`,
    extend: (count) => `Prolongar ${count}`,
  },
  done: {
    pause: (count) => `Em pausa: ${auctions(count)}.`,
    resume: (count) => `Retomados: ${auctions(count)}.`,
    extend: (count) => `Com mais tempo: ${auctions(count)}.`,
  },
  refused: (count) => (count === 1 ? 'Um foi recusado:' : `${count} foram recusados:`),
  putAway: 'Arrumar',
}
