import type { Texts } from './rules.en.ts'

export const texts: Texts = {
  start: (price) => `La mise à prix est de ${price}.`,
  singleStep: (step) => `Chaque enchère dépasse le prix d’au moins ${step}.`,
  percent: (percent, least) =>
    `Chaque enchère dépasse le prix d’au moins ${percent} %, et jamais de moins de ${least}.`,
  table: (price, step) =>
    `Les paliers montent avec le prix : à ${price}, l’enchère suivante est supérieure d’au moins ${step}.`,
  named: {
    standard: 'Les paliers montent avec le prix : de 2 à 5 %, en chiffres ronds.',
    'ebay-us': 'Les paliers montent avec le prix, comme chez eBay aux États-Unis.',
    'trademe-nz': 'Les paliers montent avec le prix, comme chez Trade Me.',
    'yahoo-jp': 'Les paliers montent avec le prix, comme chez Yahoo! Japan.',
    'copart-eu': 'Les paliers montent avec le prix, comme chez Copart en Europe.',
  },
  noStep: 'Quel écart entre les enchères ?',
  maximum:
    'Laissez un maximum et la maison enchérit pour vous, juste ce qu’il faut pour mener. Personne d’autre ne le voit tant qu’il tient. De deux maximums égaux, le premier mène.',
  noReserve: 'Il n’y a pas de prix de réserve : la plus haute enchère l’emporte.',
  reserve:
    'Il y a un prix de réserve : en dessous, le lot n’est pas vendu. On voit s’il est atteint ; son montant reste caché.',
  reserveOf: (price) => `Sous ${price}, le lot n’est pas vendu. On voit seulement si ce prix est atteint.`,
  whole: 'Sous le prix de réserve, un maximum compte aussitôt en entier et il est montré.',
  reveal: 'À la clôture, le prix de réserve est montré.',
  buyNow: (price) => `Jusqu’à la première enchère, chacun peut clore la vente en payant ${price}.`,
  soft: (window, extension) =>
    `Une enchère à moins de ${window} de la fin la repousse : il reste ${extension} à partir de cette enchère.`,
  softLimit: (count) => (count === 1 ? 'Cela arrive une fois au plus.' : `Cela arrive ${count} fois au plus.`),
  hard: 'La fin est fixe : les enchères tardives ne la repoussent pas.',
  clock: 'L’horloge de la maison fait foi : une enchère compte si elle arrive avant la fin.',
  binding: 'Les enchères engagent et ne peuvent être retirées. Aucuns frais ne s’ajoutent au prix.',
  falling: {
    start: (price) => `La première enchère est de ${price} ou moins.`,
    singleStep: (step) => `Chaque enchère baisse le prix d’au moins ${step}.`,
    percent: (percent, least) =>
      `Chaque enchère baisse le prix d’au moins ${percent} %, et jamais de moins de ${least}.`,
    table: (price, step) =>
      `Les paliers suivent le prix : à ${price}, l’enchère suivante est inférieure d’au moins ${step}.`,
    maximum:
      'Laissez un minimum et la maison enchérit pour vous, juste ce qu’il faut pour mener. Personne d’autre ne le voit tant qu’il tient. De deux minimums égaux, le premier mène.',
    noReserve: 'Il n’y a pas de prix de réserve : la plus basse enchère l’emporte.',
    reserve:
      'Il y a un prix de réserve : au-dessus, rien n’est attribué. On voit s’il est atteint ; son montant reste caché.',
    reserveOf: (price) => `Au-dessus de ${price}, rien n’est attribué. On voit seulement si ce prix est atteint.`,
    binding: 'Les enchères engagent et ne peuvent être retirées : qui l’emporte fournit à ce prix.',
  },
  steps: 'Table des paliers',
  stepFrom: 'Prix à partir de',
  step: 'Palier',
  stepNow: 'maintenant',
}
