import type { Texts } from './falling.en.ts'

export const texts: Texts = {
  room: {
    maximaStand: 'Enchères et minimums tiennent.',
    maximumUsed: (amount) => `Minimum de ${amount} épuisé`,
    maximumLeft: (amount) => `Votre minimum : ${amount}`,
    upTo: (amount) => `en descendant jusqu’à ${amount}`,
    yourMaximum: (amount) => `Votre minimum : ${amount}. Vous seul le voyez.`,
    minimum: (amount) => `Enchère suivante : ${amount} ou moins`,
    minimumOfOthers: (amount) => `Pour les autres : ${amount} ou moins`,
    outbid: (price) => `Quelqu’un a offert moins. Le prix est de ${price}.`,
    seller: (name) => `Recherché par ${name}`,
    askSeller: 'Demander à l’acheteur',
    unsold: { no_bids: 'Non attribué : aucune enchère.', reserve_unmet: 'Non attribué : aucune enchère assez basse.' },
    soldFor: (price) => `Attribué à ${price}`,
  },
  offer: {
    maximumLabel: (currency) => `Votre minimum en ${currency}`,
    bidUpTo: (amount) => `Descendre à ${amount}`,
    raiseTo: (amount) => `Baisser à ${amount}`,
    consent: 'Les enchères engagent : qui l’emporte a vendu. Rien n’est envoyé avant votre appui.',
    agree: 'Compris : j’enchéris pour vendre',
    notMore: 'pas moins que montré',
    below: (amount) => `Au-dessus de l’enchère suivante de ${amount}.`,
    notAbove: (amount) => `Votre minimum est de ${amount} : donnez moins.`,
    confirmUpTo: (amount) => `Oui, descendre à ${amount}`,
    movedMeanwhile: (amount) => `Entre-temps, l’enchère suivante est de ${amount} ou moins.`,
    maximum: 'Jusqu’à un minimum',
    maximumHint: 'Nous enchérissons pour vous, juste ce qu’il faut pour mener, jamais plus bas. Vous seul le voyez.',
    raise: 'Baisser mon minimum',
    setMaximum: 'Fixer un minimum',
    otherAmount: 'Autre montant, ou un minimum',
    confirmLarge: 'Bien au-dessous de l’enchère suivante.',
    toPay: (amount) => `Si vous l’emportez, vous recevez ${amount}.`,
    toPayAtMost: (amount) => `Si vous l’emportez, vous recevez au moins ${amount}.`,
  },
  next: {
    youWon: 'Félicitations : la commande est à vous.',
    whatNext: 'L’acheteur a votre nom et votre adresse e-mail, et dit comment livrer.',
  },
  answer: {
    raisedNow: (minimum) => `Votre minimum est maintenant de ${minimum}. Vous menez toujours.`,
    outbidAtOnce: (price) =>
      `Un minimum antérieur et plus bas a répondu de lui-même. Le prix est maintenant de ${price}.`,
  },
  lower: {
    maximumKnown: (minimum) =>
      `Une enchère a été annulée et vous menez de nouveau. Tous ont vu votre minimum de ${minimum} : vous pouvez le relever une fois, jusqu’à la prochaine enchère.`,
    lowerLabel: (currency) => `Nouveau minimum en ${currency}`,
    lowerHint: (price, minimum) => `De juste au-dessus de ${minimum} à ${price}. Vous seul le voyez.`,
    lowerTo: (amount) => `Relever à ${amount}`,
  },
}
