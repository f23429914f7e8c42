import type { Texts } from './texts.ts'

const NOT_YOU =
  'Se não reconhece isto, escolha uma nova palavra-passe e termine as outras sessões na página da sua conta.'

export const pt: Texts = {
  explanation: {
    extended: 'Chegou nos últimos minutos, que adiam o fim: por isso o fim foi adiado.',
    voided: 'O lance foi anulado mais tarde, e o preço foi calculado de novo sem ele.',
    reasons: {
      boughtNow: ({ price }, { paddle }) => `${paddle} comprou pelo preço imediato de ${price}, o que fechou o leilão.`,
      first: ({ start }, { paddle }) =>
        `${paddle} fez o primeiro lance e lidera ao preço inicial de ${start}, por mais alta que fosse a oferta.`,
      firstAtReserve: ({ price }, { paddle }) =>
        `${paddle} fez o primeiro lance e a reserva foi atingida: o preço é o valor pedido ou a reserva, o mais alto dos dois, ${price}.`,
      shownWhole: ({ price }, { paddle }) =>
        `${paddle} lidera; abaixo da reserva, uma oferta é mostrada por inteiro: ${price}.`,
      jump: ({ price }, { paddle }) => `${paddle} pediu diretamente o preço de ${price} e lidera com ele.`,
      step: ({ price, beaten }, { paddle }) =>
        `${paddle} superou uma oferta de ${beaten} e lidera um degrau acima, a ${price}.`,
      partOfStep: ({ price, beaten }, { paddle }) =>
        `${paddle} superou uma oferta de ${beaten} por menos de um degrau inteiro, o que basta: o preço é ${price}.`,
      reserve: ({ price, beaten }, { paddle }) =>
        `${paddle} superou uma oferta de ${beaten} e a reserva foi atingida: o preço é o valor pedido ou a reserva, o mais alto dos dois, ${price}.`,
      raised: ({ price }, { paddle }) =>
        `${paddle} já liderava e subiu o seu máximo: o preço completa o degrau que faltava e é ${price}.`,
      raisedToReserve: ({ price }, { paddle }) =>
        `${paddle} já liderava e subiu o seu máximo: a reserva foi atingida e o preço é ${price}.`,
      tie: ({ amount }, { leader }) =>
        `A uma oferta de ${amount} respondeu outra igual e anterior: ${leader} lidera a esse preço.`,
      answer: ({ amount, price }, { leader }) =>
        `A uma oferta de ${amount} respondeu logo o máximo de ${leader}, que lidera um degrau acima, a ${price}.`,
      partOfAnswer: ({ amount, price }, { leader }) =>
        `A uma oferta de ${amount} respondeu logo o máximo de ${leader}, que lidera a ${price}.`,
      stays: ({ amount, price }, { leader }) =>
        `Uma oferta de ${amount} não mexeu no preço: ${leader} continua a liderar a ${price}.`,
    },
    reasonsDown: {
      first: ({ start }, { paddle }) =>
        `${paddle} fez o primeiro lance e lidera ao preço inicial de ${start}, por mais baixa que fosse a oferta.`,
      firstAtReserve: ({ price }, { paddle }) =>
        `${paddle} fez o primeiro lance e a reserva foi atingida: o preço é o valor pedido ou a reserva, o mais baixo dos dois, ${price}.`,
      step: ({ price, beaten }, { paddle }) =>
        `${paddle} melhorou uma oferta de ${beaten} e lidera um degrau abaixo, a ${price}.`,
      partOfStep: ({ price, beaten }, { paddle }) =>
        `${paddle} melhorou uma oferta de ${beaten} por menos de um degrau inteiro, o que basta: o preço é ${price}.`,
      reserve: ({ price, beaten }, { paddle }) =>
        `${paddle} melhorou uma oferta de ${beaten} e a reserva foi atingida: o preço é o valor pedido ou a reserva, o mais baixo dos dois, ${price}.`,
      raised: ({ price }, { paddle }) =>
        `${paddle} já liderava e baixou o seu mínimo: o preço completa o degrau que faltava e é ${price}.`,
      raisedToReserve: ({ price }, { paddle }) =>
        `${paddle} já liderava e baixou o seu mínimo: a reserva foi atingida e o preço é ${price}.`,
      tie: ({ amount }, { leader }) =>
        `A uma oferta de ${amount} respondeu outra igual e anterior: ${leader} lidera a esse preço.`,
      answer: ({ amount, price }, { leader }) =>
        `A uma oferta de ${amount} respondeu logo o mínimo de ${leader}, que lidera um degrau abaixo, a ${price}.`,
      partOfAnswer: ({ amount, price }, { leader }) =>
        `A uma oferta de ${amount} respondeu logo o mínimo de ${leader}, que lidera a ${price}.`,
    },
  },
  mails: {
    notices: {
      outbid: (title, { price }) => [
        `O seu lance foi superado: ${title}`,
        `Alguém fez um lance melhor. O preço é ${price}.`,
      ],
      won: (title, { price }) => [`Ganhou: ${title}`, `O martelo bateu a seu favor, a ${price}.`],
      lost: (title) => [`Não ganhou: ${title}`, 'Este lote acabou sem si.'],
      closing_soon: (title, { time, price }) => [
        `Fecha em breve: ${title}`,
        `Fecha em ${time}.${price === '' ? '' : ` O preço é ${price}.`}`,
      ],
      lot_coming_up: (title) => [`Aberto a lances: ${title}`, 'Um lote que segue está agora aberto a lances.'],
      message: (title) => [`Uma mensagem: ${title}`, 'Tem uma mensagem sobre este lote.'],
      registration: (title) => [`A sua inscrição: ${title}`, 'Há novidades da sua inscrição.'],
      offer: (title) => [`Uma oferta: ${title}`, 'Tem uma oferta.'],
      invoice: (title) => [`A sua fatura: ${title}`, 'Tem uma fatura.'],
      payment: (title) => [`Um pagamento: ${title}`, 'Há novidades de um pagamento.'],
    },
    accounts: {
      verification: (house) => [
        `O seu endereço de e-mail em ${house}`,
        'Confirme que este é o seu endereço de e-mail. O link vale 30 minutos, e uma só vez.',
        'Se não pediu isto, não faça nada.',
      ],
      reset: (house) => [
        `Uma nova palavra-passe em ${house}`,
        'Com este link pode escolher uma nova palavra-passe. Vale 30 minutos, e uma só vez.',
        'Se não pediu isto, não faça nada: a sua palavra-passe fica como está.',
      ],
      password_changed: (house) => [
        `A sua palavra-passe em ${house} foi alterada`,
        'A sua palavra-passe foi alterada e as outras sessões terminaram.',
        NOT_YOU,
      ],
      email_changed: (house, { email }) => [
        `O seu endereço de e-mail em ${house} foi alterado`,
        `A sua conta tem agora o endereço ${email}, e este já não recebe correio.`,
        'Se não pediu isto, escreva à casa de imediato.',
      ],
      email_changing: (house, { email }) => [
        `Mudança do seu endereço de e-mail em ${house}`,
        `Alguém com sessão na sua conta pediu o endereço ${email}. Valerá quando for confirmado lá.`,
        NOT_YOU,
      ],
      new_device: (house, { device }) => [
        `Um novo acesso em ${house}`,
        `Alguém entrou na sua conta a partir de um dispositivo nunca visto: ${device}.`,
        NOT_YOU,
      ],
    },
    toLot: 'Ver o lote',
    toVerify: 'Confirmar o meu endereço',
    toReset: 'Escolher palavra-passe',
    toAccount: 'Ver a minha conta',
    unsubscribe: 'Não receber mais e-mails deste tipo',
    noticeFoot: (house) =>
      `Recebe este e-mail de ${house} porque faz lances neste lote, o segue, perguntou por ele ou o vende.`,
    accountFoot: (house) => `Recebe este e-mail por causa da sua conta em ${house}.`,
  },
  pages: {
    auctions: 'Leilões',
    tagline: 'Leilões em direto: veja e licite.',
    needsScript: 'Era assim quando a página foi enviada. Para seguir em direto e licitar é preciso JavaScript.',
    plainNeedsScript: 'Esta página precisa de JavaScript. Os leilões podem ler-se sem ele.',
    price: 'Preço atual',
    startsAt: 'Começa em',
    soldFor: 'Vendido por',
    ends: 'Fim:',
    opens: 'Abertura:',
    ended: 'Terminou:',
    bids: (count) => (count === 1 ? '1 lance' : `${count} lances`),
    missing: 'Aqui não há nada',
    missingHint: 'Talvez o endereço esteja mal escrito, ou a página tenha mudado.',
    toAuctions: 'Ver os leilões',
    status: {
      draft: 'Rascunho',
      scheduled: 'Em breve',
      open: 'Aberto',
      paused: 'Em pausa',
      closed: 'Fechado',
      cancelled: 'Cancelado',
    },
    unsold: 'Não vendido',
    voided: 'anulado',
    house: 'a casa',
  },
  house: {
    imprint: 'Aviso legal',
    privacy: 'Privacidade',
    terms: 'Condições',
    contact: 'Contacto',
    version: (version, since) => `Versão ${version}, desde ${since} UTC.`,
    former: (version) => `Esta é a versão ${version}; já não está em vigor.`,
    present: 'Ler as condições em vigor',
    others: 'Versões anteriores:',
  },
  film: {
    film: 'O filme do fecho',
    lastMinute: 'O último minuto de lances',
    none: 'Ninguém licitou.',
    seconds: (figure) => figure.replace('.', ','),
    after: (seconds) => `Aos ${seconds} s`,
    voided: (paddle, price, reason) => `O lance de ${paddle} foi anulado: ${reason}. ${price}`,
    extended: 'O fim foi adiado.',
    toAuction: 'Ver o leilão',
    needsScript: 'Para o ver em movimento e verificar no seu próprio dispositivo é preciso JavaScript.',
  },
  filmPicture: {
    sold: (to) => `Vendido a ${to}`,
    unsold: 'Não vendido',
    film: 'O filme do fecho',
    none: 'Sem lances',
  },
  unsubscribe: {
    title: 'Não receber mais e-mails deste tipo?',
    button: 'Não enviar mais',
    done: 'Já não recebe e-mails deste tipo. Na página da sua conta pode voltar a pedi-los.',
    gone: 'Este link está incompleto. Escolha na página da sua conta os e-mails que recebe.',
    account: 'Ver a página da conta',
  },
  offline: {
    offline: 'Sem ligação',
    unreachable:
      'Não se consegue chegar a esta página agora. Preços e lances não são mostrados, pois podiam ser antigos. Nenhum lance foi enviado.',
    again: 'Tentar de novo',
  },
}
