import type { Texts } from './falling.en.ts'

export const texts: Texts = {
  room: {
    maximaStand: 'Lances e mínimos mantêm-se.',
    maximumUsed: (amount) => `Mínimo de ${amount} esgotado`,
    maximumLeft: (amount) => `O seu mínimo: ${amount}`,
    upTo: (amount) => `descendo até ${amount}`,
    yourMaximum: (amount) => `O seu mínimo: ${amount}. Ninguém mais o vê.`,
    minimum: (amount) => `Próximo lance: ${amount} ou menos`,
    minimumOfOthers: (amount) => `Para os outros: ${amount} ou menos`,
    outbid: (price) => `Alguém ofereceu menos. O preço é ${price}.`,
    seller: (name) => `Procurado por ${name}`,
    askSeller: 'Perguntar ao comprador',
    unsold: {
      no_bids: 'Não atribuído: sem lances.',
      reserve_unmet: 'Não atribuído: nenhum lance foi baixo o bastante.',
    },
    soldFor: (price) => `Atribuído por ${price}`,
  },
  offer: {
    maximumLabel: (currency) => `O seu mínimo em ${currency}`,
    bidUpTo: (amount) => `Licitar até ${amount}`,
    raiseTo: (amount) => `Baixar para ${amount}`,
    consent: 'Os lances são vinculativos: quem ganha vendeu. Nada é enviado antes de carregar.',
    agree: 'Compreendo: licito para vender',
    notMore: 'não menos do que o mostrado',
    below: (amount) => `Acima do próximo lance de ${amount}.`,
    notAbove: (amount) => `O seu mínimo é ${amount}: indique menos.`,
    confirmUpTo: (amount) => `Sim, até ${amount}`,
    movedMeanwhile: (amount) => `Entretanto, o próximo lance é ${amount} ou menos.`,
    maximum: 'Até um mínimo',
    maximumHint: 'Licitamos por si, só o necessário para liderar, nunca menos. Ninguém mais o vê.',
    raise: 'Baixar o meu mínimo',
    setMaximum: 'Definir um mínimo',
    otherAmount: 'Outro valor, ou um mínimo',
    confirmLarge: 'Muito abaixo do próximo lance.',
    toPay: (amount) => `Se ganhar recebe ${amount}.`,
    toPayAtMost: (amount) => `Se ganhar recebe no mínimo ${amount}.`,
  },
  next: {
    youWon: 'Parabéns: a encomenda é sua.',
    whatNext: 'O comprador tem o seu nome e o seu e-mail, e diz-lhe como entregar.',
  },
  answer: {
    raisedNow: (minimum) => `O seu mínimo é agora ${minimum}. Continua a liderar.`,
    outbidAtOnce: (price) => `Um mínimo anterior e mais baixo respondeu sozinho. O preço é agora ${price}.`,
  },
  lower: {
    maximumKnown: (minimum) =>
      `Um lance foi anulado e lidera de novo. Todos viram o seu mínimo de ${minimum}: pode subi-lo uma vez, até ao próximo lance.`,
    lowerLabel: (currency) => `Novo mínimo em ${currency}`,
    lowerHint: (price, minimum) => `De pouco acima de ${minimum} até ${price}. Ninguém mais o vê.`,
    lowerTo: (amount) => `Subir para ${amount}`,
  },
}
