import type { Texts } from './falling.en.ts'

export const texts: Texts = {
  room: {
    maximaStand: 'Gebote und Mindestgebote bleiben stehen.',
    maximumUsed: (amount) => `Mindestgebot von ${amount} aufgebraucht`,
    maximumLeft: (amount) => `Ihr Mindestgebot: ${amount}`,
    upTo: (amount) => `hinab bis ${amount}`,
    yourMaximum: (amount) => `Ihr Mindestgebot: ${amount}. Nur Sie sehen es.`,
    minimum: (amount) => `Nächstes Gebot: höchstens ${amount}`,
    minimumOfOthers: (amount) => `Andere müssen höchstens ${amount} bieten`,
    outbid: (price) => `Jemand hat weniger geboten. Der Preis ist jetzt ${price}.`,
    seller: (name) => `Gesucht von ${name}`,
    askSeller: 'Käufer fragen',
    unsold: { no_bids: 'Nicht vergeben: keine Gebote.', reserve_unmet: 'Nicht vergeben: kein Gebot niedrig genug.' },
    soldFor: (price) => `Vergeben zu ${price}`,
  },
  offer: {
    maximumLabel: (currency) => `Ihr Mindestgebot in ${currency}`,
    bidUpTo: (amount) => `Hinab bis ${amount} bieten`,
    raiseTo: (amount) => `Auf ${amount} senken`,
    consent: 'Gebote sind bindend: Wer den Zuschlag erhält, hat verkauft. Vor dem Drücken wird nichts gesendet.',
    agree: 'Verstanden: Ich biete, um zu verkaufen',
    notMore: 'nicht weniger als gezeigt',
    below: (amount) => `Über dem nächsten Gebot von ${amount}.`,
    notAbove: (amount) => `Ihr Mindestgebot ist ${amount}: Bieten Sie weniger.`,
    confirmUpTo: (amount) => `Ja, hinab bis ${amount}`,
    movedMeanwhile: (amount) => `Inzwischen ist das nächste Gebot höchstens ${amount}.`,
    maximum: 'Bis zum Mindestgebot',
    maximumHint: 'Wir bieten für Sie, nur so niedrig wie nötig, nie darunter. Nur Sie sehen es.',
    raise: 'Mein Mindestgebot senken',
    setMaximum: 'Mindestgebot setzen',
    otherAmount: 'Anderer Betrag oder Mindestgebot',
    confirmLarge: 'Weit unter dem nächsten Gebot.',
    toPay: (amount) => `Beim Zuschlag erhalten Sie ${amount}.`,
    toPayAtMost: (amount) => `Beim Zuschlag erhalten Sie mindestens ${amount}.`,
  },
  next: {
    youWon: 'Glückwunsch: Der Auftrag gehört Ihnen.',
    whatNext: 'Der Käufer hat jetzt Ihren Namen und Ihre E-Mail-Adresse und sagt, wie Sie liefern.',
  },
  answer: {
    raisedNow: (minimum) => `Ihr Mindestgebot ist jetzt ${minimum}. Sie führen weiter.`,
    outbidAtOnce: (price) =>
      `Ein früheres, niedrigeres Mindestgebot hat von selbst geantwortet. Der Preis ist jetzt ${price}.`,
  },
  lower: {
    maximumKnown: (minimum) =>
      `Ein Gebot wurde für ungültig erklärt, und Sie führen wieder. Alle haben Ihr Mindestgebot von ${minimum} gesehen: Bis zum nächsten Gebot dürfen Sie es einmal erhöhen.`,
    lowerLabel: (currency) => `Neues Mindestgebot in ${currency}`,
    lowerHint: (price, minimum) => `Von knapp über ${minimum} bis ${price}. Nur Sie sehen es.`,
    lowerTo: (amount) => `Auf ${amount} erhöhen`,
  },
}
