import type { Texts } from './rules.en.ts'

export const texts: Texts = {
  start: (price) => `Die Gebote beginnen bei ${price}.`,
  singleStep: (step) => `Jedes Gebot liegt mindestens ${step} über dem Preis.`,
  percent: (percent, least) =>
    `Jedes Gebot liegt mindestens ${percent} % über dem Preis und nie weniger als ${least} darüber.`,
  table: (price, step) =>
    `Die Schritte wachsen mit dem Preis: Bei ${price} ist das nächste Gebot mindestens ${step} höher.`,
  named: {
    standard: 'Die Schritte wachsen mit dem Preis: 2 bis 5 % davon, gerundet.',
    'ebay-us': 'Die Schritte wachsen mit dem Preis, wie bei eBay in den USA.',
    'trademe-nz': 'Die Schritte wachsen mit dem Preis, wie bei Trade Me.',
    'yahoo-jp': 'Die Schritte wachsen mit dem Preis, wie bei Yahoo! Japan.',
    'copart-eu': 'Die Schritte wachsen mit dem Preis, wie bei Copart in Europa.',
  },
  noStep: 'Wie weit liegen die Gebote auseinander?',
  maximum:
    'Hinterlassen Sie ein Höchstgebot, und das Haus bietet für Sie, nur so viel, wie zum Führen nötig ist. Niemand sonst sieht es, solange es steht. Von zwei gleichen Höchstgeboten führt das frühere.',
  noReserve: 'Es gibt kein Limit: Das höchste Gebot erhält den Zuschlag.',
  reserve: 'Es gibt ein Limit: Darunter wird nicht verkauft. Gezeigt wird, ob es erreicht ist, nicht wie hoch es ist.',
  reserveOf: (price) => `Unter ${price} wird nicht verkauft. Bieter sehen nur, ob das erreicht ist.`,
  whole: 'Unter dem Limit zählt ein Höchstgebot sofort in voller Höhe und wird gezeigt.',
  reveal: 'Nach dem Ende wird das Limit gezeigt.',
  buyNow: (price) => `Bis zum ersten Gebot kann jeder die Auktion beenden, indem er ${price} zahlt.`,
  soft: (window, extension) =>
    `Ein Gebot in den letzten ${window} verschiebt das Ende: Von diesem Gebot an bleiben ${extension}.`,
  softLimit: (count) => (count === 1 ? 'Das geschieht höchstens einmal.' : `Das geschieht höchstens ${count}-mal.`),
  hard: 'Das Ende steht fest: Späte Gebote verschieben es nicht.',
  clock: 'Die Uhr des Hauses entscheidet: Ein Gebot zählt, wenn es vor dem Ende ankommt.',
  binding: 'Gebote sind bindend und können nicht zurückgenommen werden. Zum Preis kommen keine Gebühren.',
  falling: {
    start: (price) => `Das erste Gebot ist höchstens ${price}.`,
    singleStep: (step) => `Jedes Gebot liegt mindestens ${step} unter dem Preis.`,
    percent: (percent, least) =>
      `Jedes Gebot liegt mindestens ${percent} % unter dem Preis und nie weniger als ${least} darunter.`,
    table: (price, step) =>
      `Die Schritte folgen dem Preis: Bei ${price} ist das nächste Gebot mindestens ${step} niedriger.`,
    maximum:
      'Hinterlassen Sie ein Mindestgebot, und das Haus bietet für Sie, nur so niedrig, wie zum Führen nötig ist. Niemand sonst sieht es, solange es steht. Von zwei gleichen Mindestgeboten führt das frühere.',
    noReserve: 'Es gibt kein Limit: Das niedrigste Gebot erhält den Zuschlag.',
    reserve: 'Es gibt ein Limit: Darüber wird nicht vergeben. Gezeigt wird, ob es erreicht ist, nicht wie hoch es ist.',
    reserveOf: (price) => `Über ${price} wird nicht vergeben. Bieter sehen nur, ob das erreicht ist.`,
    binding: 'Gebote sind bindend und können nicht zurückgenommen werden: Wer den Zuschlag erhält, liefert zum Preis.',
  },
  steps: 'Tabelle der Schritte',
  stepFrom: 'Preis ab',
  step: 'Schritt',
  stepNow: 'jetzt',
}
