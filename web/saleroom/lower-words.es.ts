import type { texts as english } from './lower-words.en.ts'

export const texts: typeof english = {
  maximumKnown: (maximum) =>
    `Se anuló una puja y vuelve a ir en cabeza. Todos han visto su máximo de ${maximum}: puede bajarlo una vez, hasta la próxima puja.`,
  lowerLabel: (currency) => `Nuevo máximo en ${currency}`,
  lowerHint: (least, maximum) => `Desde ${least} y por debajo de ${maximum}. Solo lo ve usted.`,
  lowerTo: (amount) => `Bajar a ${amount}`,
  noAmount: 'Indique un importe',
}
