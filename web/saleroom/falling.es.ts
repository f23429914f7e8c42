import type { Texts } from './falling.en.ts'

export const texts: Texts = {
  room: {
    maximaStand: 'Las pujas y los mínimos se mantienen.',
    maximumUsed: (amount) => `Mínimo de ${amount} agotado`,
    maximumLeft: (amount) => `Su mínimo: ${amount}`,
    upTo: (amount) => `bajando hasta ${amount}`,
    yourMaximum: (amount) => `Su mínimo: ${amount}. Solo lo ve usted.`,
    minimum: (amount) => `Próxima puja: ${amount} o menos`,
    minimumOfOthers: (amount) => `Los demás deben pujar ${amount} o menos`,
    outbid: (price) => `Alguien pujó menos. El precio es ahora ${price}.`,
    seller: (name) => `Lo busca ${name}`,
    askSeller: 'Preguntar al comprador',
    unsold: { no_bids: 'Desierta: no hubo pujas.', reserve_unmet: 'Desierta: ninguna puja fue lo bastante baja.' },
    soldFor: (price) => `Adjudicada por ${price}`,
  },
  offer: {
    maximumLabel: (currency) => `Su mínimo en ${currency}`,
    bidUpTo: (amount) => `Pujar hasta ${amount}`,
    raiseTo: (amount) => `Bajar a ${amount}`,
    consent: 'Las pujas son vinculantes: quien gana, vende. Nada se envía antes de que pulse.',
    agree: 'Entiendo: pujo para vender',
    notMore: 'no menos de lo indicado',
    below: (amount) => `Por encima de la próxima puja, ${amount}.`,
    notAbove: (amount) => `Su mínimo es ${amount}: indique menos.`,
    confirmUpTo: (amount) => `Sí, hasta ${amount}`,
    movedMeanwhile: (amount) => `Ahora la próxima puja es de ${amount} o menos.`,
    maximum: 'Hasta un mínimo',
    maximumHint: 'Pujamos por usted lo justo para ir ganando, nunca menos. Solo lo ve usted.',
    raise: 'Bajar mi mínimo',
    setMaximum: 'Poner un mínimo',
    otherAmount: 'Otro importe, o un mínimo',
    confirmLarge: 'Muy por debajo de la próxima.',
    toPay: (amount) => `Si gana, cobra ${amount}.`,
    toPayAtMost: (amount) => `Si gana, cobra ${amount} como mínimo.`,
  },
  next: {
    youWon: 'Enhorabuena: el encargo es suyo.',
    whatNext: 'El comprador ve ahora su nombre y su correo y le dirá cómo entregar. Pregúntele lo que necesite.',
  },
  answer: {
    raisedNow: (minimum) => `Su mínimo es ahora ${minimum}. Sigue ganando.`,
    outbidAtOnce: (price) => `Un mínimo anterior y más bajo respondió solo. El precio es ahora ${price}.`,
  },
  lower: {
    maximumKnown: (minimum) =>
      `Se anuló una puja y vuelve a ir en cabeza. Todos han visto su mínimo de ${minimum}: puede subirlo una vez, hasta la próxima puja.`,
    lowerLabel: (currency) => `Nuevo mínimo en ${currency}`,
    lowerHint: (price, minimum) => `Por encima de ${minimum} y hasta ${price}. Solo lo ve usted.`,
    lowerTo: (amount) => `Subir a ${amount}`,
  },
}
