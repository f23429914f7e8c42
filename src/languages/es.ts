import type { Texts } from './texts.ts'

const NOT_YOU = 'Si no ha sido usted, elija una contraseña nueva y cierre las demás sesiones en la página de su cuenta.'

export const es: Texts = {
  explanation: {
    extended: 'Llegó dentro de los últimos minutos que aplazan el cierre, y el cierre se aplazó.',
    voided: 'La puja se anuló después y el precio se volvió a calcular sin ella.',
    reasons: {
      boughtNow: ({ price }, { paddle }) => `${paddle} compró al precio inmediato de ${price}, y la subasta se cerró.`,
      first: ({ start }, { paddle }) =>
        `${paddle} pujó primero y va en cabeza al precio de salida de ${start}, por alta que fuera la oferta.`,
      firstAtReserve: ({ price }, { paddle }) =>
        `${paddle} pujó primero y se alcanzó la reserva: el precio es lo pedido o la reserva, lo que sea más alto, ${price}.`,
      shownWhole: ({ price }, { paddle }) =>
        `${paddle} va en cabeza; por debajo de la reserva la oferta se muestra entera: ${price}.`,
      jump: ({ price }, { paddle }) => `${paddle} pidió directamente el precio de ${price} y va en cabeza.`,
      step: ({ price, beaten }, { paddle }) =>
        `${paddle} superó una oferta de ${beaten} y va en cabeza un tramo por encima, a ${price}.`,
      partOfStep: ({ price, beaten }, { paddle }) =>
        `${paddle} superó una oferta de ${beaten} por menos de un tramo entero, y basta: el precio es ${price}.`,
      reserve: ({ price, beaten }, { paddle }) =>
        `${paddle} superó una oferta de ${beaten} y se alcanzó la reserva: el precio es lo pedido o la reserva, lo que sea más alto, ${price}.`,
      raised: ({ price }, { paddle }) =>
        `${paddle} ya iba en cabeza y subió su máximo: el precio completa el tramo que le faltaba y es ${price}.`,
      raisedToReserve: ({ price }, { paddle }) =>
        `${paddle} ya iba en cabeza y subió su máximo: se alcanzó la reserva y el precio es ${price}.`,
      tie: ({ amount }, { leader }) =>
        `A una oferta de ${amount} respondió otra igual y anterior: ${leader} va en cabeza a ese precio.`,
      answer: ({ amount, price }, { leader }) =>
        `A una oferta de ${amount} respondió enseguida el máximo de ${leader}, que va en cabeza un tramo por encima, a ${price}.`,
      partOfAnswer: ({ amount, price }, { leader }) =>
        `A una oferta de ${amount} respondió enseguida el máximo de ${leader}, que va en cabeza a ${price}.`,
      stays: ({ amount, price }, { leader }) =>
        `Una oferta de ${amount} no movió el precio: ${leader} sigue en cabeza a ${price}.`,
    },
    reasonsDown: {
      first: ({ start }, { paddle }) =>
        `${paddle} pujó primero y va en cabeza al precio de salida de ${start}, por baja que fuera la oferta.`,
      firstAtReserve: ({ price }, { paddle }) =>
        `${paddle} pujó primero y se alcanzó la reserva: el precio es lo pedido o la reserva, lo que sea más bajo, ${price}.`,
      step: ({ price, beaten }, { paddle }) =>
        `${paddle} mejoró una oferta de ${beaten} y va en cabeza un tramo por debajo, a ${price}.`,
      partOfStep: ({ price, beaten }, { paddle }) =>
        `${paddle} mejoró una oferta de ${beaten} por menos de un tramo entero, y basta: el precio es ${price}.`,
      reserve: ({ price, beaten }, { paddle }) =>
        `${paddle} mejoró una oferta de ${beaten} y se alcanzó la reserva: el precio es lo pedido o la reserva, lo que sea más bajo, ${price}.`,
      raised: ({ price }, { paddle }) =>
        `${paddle} ya iba en cabeza y bajó su mínimo: el precio completa el tramo que le faltaba y es ${price}.`,
      raisedToReserve: ({ price }, { paddle }) =>
        `${paddle} ya iba en cabeza y bajó su mínimo: se alcanzó la reserva y el precio es ${price}.`,
      tie: ({ amount }, { leader }) =>
        `A una oferta de ${amount} respondió otra igual y anterior: ${leader} va en cabeza a ese precio.`,
      answer: ({ amount, price }, { leader }) =>
        `A una oferta de ${amount} respondió enseguida el mínimo de ${leader}, que va en cabeza un tramo por debajo, a ${price}.`,
      partOfAnswer: ({ amount, price }, { leader }) =>
        `A una oferta de ${amount} respondió enseguida el mínimo de ${leader}, que va en cabeza a ${price}.`,
    },
  },
  mails: {
    notices: {
      outbid: (title, { price }) => [
        `Han superado su puja: ${title}`,
        `Alguien ha hecho una puja mejor. El precio es ${price}.`,
      ],
      won: (title, { price }) => [`Ha ganado: ${title}`, `El martillo ha caído para usted, por ${price}.`],
      lost: (title) => [`No ganado: ${title}`, 'Este lote ha acabado sin usted.'],
      closing_soon: (title, { time, price }) => [
        `Cierra pronto: ${title}`,
        `Se cierra el ${time}.${price === '' ? '' : ` El precio es ${price}.`}`,
      ],
      lot_coming_up: (title) => [`Ya se puede pujar: ${title}`, 'Un lote que usted sigue está abierto.'],
      message: (title) => [`Un mensaje: ${title}`, 'Tiene un mensaje sobre este lote.'],
      registration: (title) => [`Su inscripción: ${title}`, 'Hay novedades de su inscripción.'],
      offer: (title) => [`Una oferta: ${title}`, 'Tiene una oferta.'],
      invoice: (title) => [`Su factura: ${title}`, 'Tiene una factura.'],
      payment: (title) => [`Un pago: ${title}`, 'Hay novedades de un pago.'],
    },
    accounts: {
      verification: (house) => [
        `Su dirección de correo en ${house}`,
        'Confirme que esta es su dirección de correo. El enlace vale 30 minutos, y una sola vez.',
        'Si no lo ha pedido usted, no haga nada.',
      ],
      reset: (house) => [
        `Una contraseña nueva en ${house}`,
        'Con este enlace puede elegir una contraseña nueva. Vale 30 minutos, y una sola vez.',
        'Si no lo ha pedido usted, no haga nada: su contraseña sigue igual.',
      ],
      password_changed: (house) => [
        `Su contraseña en ${house} ha cambiado`,
        'Se ha cambiado su contraseña y se han cerrado las demás sesiones.',
        NOT_YOU,
      ],
      email_changed: (house, { email }) => [
        `Su dirección de correo en ${house} ha cambiado`,
        `Su cuenta tiene desde ahora la dirección ${email}, y esta ya no recibe correo.`,
        'Si no ha sido usted, escriba a la casa enseguida.',
      ],
      email_changing: (house, { email }) => [
        `Cambio de su dirección de correo en ${house}`,
        `Alguien con su sesión ha pedido la dirección ${email}. Valdrá cuando se confirme allí.`,
        NOT_YOU,
      ],
      new_device: (house, { device }) => [
        `Un acceso nuevo en ${house}`,
        `Alguien ha entrado en su cuenta desde un dispositivo que no se había visto antes: ${device}.`,
        NOT_YOU,
      ],
    },
    toLot: 'Ir al lote',
    toVerify: 'Confirmar mi dirección',
    toReset: 'Elegir una contraseña',
    toAccount: 'Ir a mi cuenta',
    unsubscribe: 'No más correos de este tipo',
    noticeFoot: (house) =>
      `Recibe este correo de ${house} porque puja por este lote, lo sigue, ha preguntado por él o lo vende.`,
    accountFoot: (house) => `Recibe este correo por su cuenta en ${house}.`,
  },
  pages: {
    auctions: 'Subastas',
    tagline: 'Subastas en directo: mire y puje.',
    needsScript: 'Así estaba cuando se envió la página. Para seguirla en directo y pujar hace falta JavaScript.',
    plainNeedsScript: 'Esta página necesita JavaScript. Las subastas se pueden leer sin él.',
    price: 'Precio actual',
    startsAt: 'Empieza en',
    soldFor: 'Adjudicada por',
    ends: 'Termina',
    opens: 'Abre',
    ended: 'Terminó',
    bids: (count) => (count === 1 ? '1 puja' : `${count} pujas`),
    missing: 'Aquí no hay nada',
    missingHint: 'Puede que la dirección esté mal escrita o que la página se haya movido.',
    toAuctions: 'A las subastas',
    status: {
      draft: 'Borrador',
      scheduled: 'Próxima',
      open: 'Abierta',
      paused: 'En pausa',
      closed: 'Cerrada',
      cancelled: 'Anulada',
    },
    unsold: 'Desierta',
    voided: 'anulada',
    house: 'la casa',
  },
  house: {
    imprint: 'Aviso legal',
    privacy: 'Privacidad',
    terms: 'Condiciones',
    contact: 'Contacto',
    version: (version, since) => `Versión ${version}, desde el ${since} UTC.`,
    former: (version) => `Esta es la versión ${version}; ya no está en vigor.`,
    present: 'Leer las condiciones en vigor',
    others: 'Versiones anteriores:',
  },
  film: {
    film: 'La película del cierre',
    lastMinute: 'El último minuto de pujas',
    none: 'No pujó nadie.',
    seconds: (figure) => figure.replace('.', ','),
    after: (seconds) => `A los ${seconds} s`,
    voided: (paddle, price, reason) => `La puja de ${paddle} se anuló: ${reason}. ${price}`,
    extended: 'El cierre se aplazó.',
    toAuction: 'A la subasta',
    needsScript: 'Para verla en movimiento y comprobarla en su propio dispositivo hace falta JavaScript.',
  },
  filmPicture: {
    sold: (to) => `Adjudicado a ${to}`,
    unsold: 'Desierta',
    film: 'La película del cierre',
    none: 'Sin pujas',
  },
  unsubscribe: {
    title: '¿No más correos de este tipo?',
    button: 'No enviar más',
    done: 'Ya no recibirá correos de este tipo. En la página de su cuenta puede volver a pedirlos.',
    gone: 'Este enlace no está completo. Elija en la página de su cuenta qué correos recibe.',
    account: 'Ir a la página de la cuenta',
  },
  offline: {
    offline: 'Sin conexión',
    unreachable:
      'No se puede llegar a esta página ahora. No se muestran precios ni pujas, porque podrían ser antiguos. No se ha enviado ninguna puja.',
    again: 'Intentar de nuevo',
  },
}
