import type { Texts } from './won-words.en.ts'

const lots = (count: number) => (count === 1 ? '1 lote' : `${count} lotes`)

export const texts: Texts = {
  title: 'Lotes adjudicados por persona',
  closed: 'Cerrados en el último',
  periods: { day: 'Día', week: 'Semana', month: 'Mes', year: 'Año' },
  print: 'Imprimir',
  none: 'En este tiempo no se ha vendido nada',
  cut: 'En este tiempo se vendió más de lo que se muestra: elija uno más corto.',
  sum: (people) => (people === 1 ? '1 persona' : `${people} personas`),
  lot: 'Lote',
  when: 'Cerrado',
  price: 'Precio de remate',
  total: (count, currency) => `${lots(count)} en ${currency}:`,
}
