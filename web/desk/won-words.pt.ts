import type { Texts } from './won-words.en.ts'

const lots = (count: number) => (count === 1 ? '1 lote' : `${count} lotes`)

export const texts: Texts = {
  title: 'Lotes ganhos por pessoa',
  closed: 'Fechados no último período',
  periods: { day: 'Dia', week: 'Semana', month: 'Mês', year: 'Ano' },
  print: 'Imprimir',
  none: 'Nada foi vendido neste período',
  cut: 'Neste período vendeu-se mais do que aqui se mostra: escolha um mais curto.',
  sum: (people) => (people === 1 ? '1 pessoa' : `${people} pessoas`),
  lot: 'Lote',
  when: 'Fechado',
  price: 'Vendido por',
  total: (count, currency) => `${lots(count)} em ${currency}:`,
}
