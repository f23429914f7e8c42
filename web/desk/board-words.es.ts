import type { Texts } from './board-words.en.ts'

const auctions = (count: number) => (count === 1 ? '1 subasta' : `${count} subastas`)
const ofAll = (count: number, of: number) => (count === of ? auctions(count) : `${count} de las ${of} que se muestran`)

export const texts: Texts = {
  layout: 'Cómo se ve el tablero',
  layouts: { cards: 'Fichas', table: 'Tabla' },
  only: 'Mostrar solo',
  filters: { closing: 'Acaban en 5 minutos', noBids: 'Sin pujas', unmet: 'Sin llegar a la reserva' },
  nothingFits: 'Ninguna subasta en marcha cumple eso.',
  columns: { lot: 'Lote', left: 'Quedan', price: 'Precio', bids: 'Pujas', leader: 'Va ganando', reserve: 'Reserva' },
  total: (count, currency) => `${auctions(count)} en ${currency}`,

  forAll: 'Con todas las que se muestran',
  actions: { pause: 'Pausar todas', resume: 'Reanudar todas', extend: 'Más tiempo para todas' },
  sure: {
    pause: (count, of) =>
      `¿Pausar ${ofAll(count, of)}? Nadie podrá pujar en ellas hasta que se reanuden; sus relojes se detienen.`,
    resume: (count, of) => `¿Reanudar ${ofAll(count, of)}, cada una con el tiempo que le quedaba?`,
    extend: (count, of) => `¿Cuánto tiempo más para ${ofAll(count, of)}? Se añade al final de cada una.`,
  },
  yes: {
    pause: (count) => `Pausar ${count}`,
    resume: (count) => `Reanudar ${count}`,
    extend: (count) => `Prorrogar ${count}`,
  },
  done: {
    pause: (count) => `En pausa: ${auctions(count)}.`,
    resume: (count) => `Reanudadas: ${auctions(count)}.`,
    extend: (count) => `Con más tiempo: ${auctions(count)}.`,
  },
  refused: (count) => (count === 1 ? 'Una se rechazó:' : `${count} se rechazaron:`),
  putAway: 'Quitar',
}
