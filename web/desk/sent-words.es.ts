import type { Texts } from './sent-words.en.ts'

export const texts: Texts = {
  webhooks: 'Webhooks',
  webhooksHint:
    'Un programa suyo se entera de lo que pasa: cada suceso se envía a su dirección, firmado, en orden para cada lote, y otra vez durante tres días hasta que responda.',
  noWebhooks: 'Todavía ninguno.',
  address: 'Dirección (https)',
  events: 'Sucesos',
  add: 'Añadir un webhook',
  remove: 'Quitar',
  secretOnce: 'Este secreto comprueba las firmas. Cópielo ahora: no se vuelve a mostrar.',
  look: 'Lo que se le envió',
  deliveries: 'Correos, avisos push y webhooks',
  deliveriesHint: 'Lo que sale de la casa, lo más nuevo primero, durante 30 días.',
  all: 'Todo',
  states: { waiting: 'En espera', sent: 'Enviado', dropped: 'Ya no hace falta', dead: 'Abandonado' },
  ways: { email: 'Correo', push: 'Push', webhook: 'Webhook' },
  none: 'Aquí no hay nada.',
  tries: (count) => (count === 1 ? '1 intento' : `${count} intentos`),
  next: (time) => `siguiente ${time}`,
  again: 'Enviar otra vez',
}
