import type { Texts } from './won-words.en.ts'

const lots = (count: number) => (count < 2 ? `${count} lot` : `${count} lots`)

export const texts: Texts = {
  title: 'Lots adjugés par personne',
  closed: 'Terminés sur la période',
  periods: { day: 'Jour', week: 'Semaine', month: 'Mois', year: 'Année' },
  print: 'Imprimer',
  none: 'Rien n’a été adjugé dans cette période',
  cut: 'Plus a été adjugé dans cette période que ce qui est montré : choisissez-en une plus courte.',
  sum: (people) => (people < 2 ? `${people} personne` : `${people} personnes`),
  lot: 'Lot',
  when: 'Terminé',
  price: 'Adjugé à',
  total: (count, currency) => `${lots(count)} en ${currency} :`,
}
