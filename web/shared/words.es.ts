import type { Texts } from './words.en.ts'

// A slow telephone makes its first formatters in a tenth of a second: here while the page's other code is on its way.
new Intl.NumberFormat('es').format(0)
new Intl.DateTimeFormat('es').format(0)

export const texts: Texts = {
  catalogue: 'Subastas',
  myBids: 'Mis pujas',
  desk: 'Mesa',
  account: 'Cuenta',
  signIn: 'Entrar',
  signOut: 'Salir',
  language: 'Idioma',
  ownName: 'Español',
  skip: 'Al contenido',
  pages: 'Páginas',
  day: 'd',
  loading: 'Cargando …',
  notLoaded: 'No se pudo cargar. ¿Hay conexión?',
  tryAgain: 'Reintentar',
  more: 'Ver más',
  back: 'Volver',
  noBidsYet: 'Aún sin pujas',
  noBids: 'Sin pujas',
  bids: (count) => (count === 1 ? '1 puja' : `${count} pujas`),
  bidders: (count) => (count === 1 ? '1 postor' : `${count} postores`),
  watch: (title) => `Seguir ${title}`,
  status: {
    draft: 'Borrador',
    scheduled: 'Próxima',
    open: 'Abierta',
    paused: 'En pausa',
    closed: 'Cerrada',
    cancelled: 'Anulada',
  },
  closing: 'A punto de cerrar',
  sold: 'Adjudicada',
  unsold: 'Desierta',
  phase: {
    connecting: 'Conectando',
    live: 'En directo',
    silent: 'Sin respuesta',
    reconnecting: 'Reconectando',
    offline: 'Sin conexión',
    over: 'Terminada',
  },
  standing: {
    none: 'Sin pujar',
    leading: 'Va ganando',
    unmet: 'Va ganando bajo la reserva',
    outbid: 'Superada',
    won: 'Ha ganado',
    lost: 'No ganada',
  },
  reserve: { none: 'Sin precio de reserva', unmet: 'Reserva no alcanzada', met: 'Reserva alcanzada' },
}
