import type { Texts } from './words.en.ts'

export const texts: Texts = {
  title: 'Subastas',
  search: 'Buscar',
  searchHint: 'Título o descripción',
  status: 'Ver',
  all: 'Todas',
  stages: { open: 'Abiertas', scheduled: 'Próximas', closed: 'Cerradas' },
  sort: 'Orden',
  sorts: { closing: 'Primero las que cierran', newest: 'Novedades', price: 'Mayor precio', bids: 'Más pujas' },
  titleHint: 'Los precios se mueven solos.',
  none: 'Aún no hay subastas',
  noneHint: 'En cuanto se anuncie una, aparecerá aquí.',
  noneFound: 'Nada coincide',
  noneFoundHint: 'Pruebe con otras palabras, o vea todas las subastas.',
  failed: 'No se pudo leer el catálogo.',
  startsAt: 'Empieza en',
  price: 'Precio',
  hammer: 'Adjudicada por',
  notLive: 'Se ha perdido la conexión: los precios pueden ser antiguos.',
}
