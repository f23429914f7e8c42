import type { Texts } from './won-words.en.ts'

const lots = (count: number) => (count === 1 ? '1 Los' : `${count} Lose`)

export const texts: Texts = {
  title: 'Zuschläge nach Person',
  closed: 'Beendet im letzten Zeitraum',
  periods: { day: 'Tag', week: 'Woche', month: 'Monat', year: 'Jahr' },
  print: 'Drucken',
  none: 'In dieser Zeit wurde nichts verkauft',
  cut: 'In dieser Zeit wurde mehr verkauft, als hier gezeigt wird: Wählen Sie eine kürzere.',
  sum: (people) => (people === 1 ? '1 Person' : `${people} Personen`),
  lot: 'Los',
  when: 'Beendet',
  price: 'Zuschlag',
  total: (count, currency) => `${lots(count)} in ${currency}:`,
}
