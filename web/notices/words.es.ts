import type { Texts } from './words.en.ts'

export const texts: Texts = {
  bell: (unread) => (unread === 0 ? 'Avisos' : unread === 1 ? 'Avisos, 1 sin leer' : `Avisos, ${unread} sin leer`),
  title: 'Avisos',
  none: 'Todavía no hay nada. Aquí se le avisa cuando superan su puja, cuando un lote que sigue se abre o está a punto de cerrar, y de cómo acabó.',
  readAll: 'Marcar todo como leído',
  preferences: 'Cómo se le avisa',
  unread: 'sin leer',
  kinds: {
    outbid: (price) => `Han superado su puja. El precio es ${price}.`,
    won: (price) => `Ha ganado, por ${price}.`,
    lost: () => 'Ha acabado sin usted.',
    closing_soon: (_, time) => `Está a punto de cerrar: ${time}.`,
    lot_coming_up: () => 'Ya se puede pujar.',
    message: () => 'Tiene un mensaje.',
    registration: () => 'Novedades de su inscripción.',
    offer: () => 'Tiene una oferta.',
    invoice: () => 'Tiene una factura.',
    payment: () => 'Novedades de un pago.',
  },
}
