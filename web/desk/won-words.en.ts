const lots = (count: number) => (count === 1 ? '1 lot' : `${count} lots`)

export const texts = {
  title: 'Won lots by person',
  closed: 'Closed in the last',
  periods: { day: 'Day', week: 'Week', month: 'Month', year: 'Year' },
  print: 'Print',
  none: 'Nothing was sold in this time',
  cut: 'More was sold in this time than is shown here: choose a shorter one.',
  sum: (people: number) => (people === 1 ? '1 person' : `${people} persons`),
  lot: 'Lot',
  when: 'Closed',
  price: 'Hammer price',
  total: (count: number, currency: string) => `${lots(count)} in ${currency}:`,
}

export type Texts = typeof texts
