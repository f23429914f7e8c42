import type { Texts } from './inbox-words.en.ts'

export const texts: Texts = {
  title: 'Preguntas y respuestas',
  none: 'Nadie ha preguntado nada todavía.',
  questions: 'Preguntas',
  reports: 'Denunciados',
  noReports: 'No hay ningún mensaje denunciado.',
  from: (name, lot) => `${name}, ${lot}`,
  unread: (count) => `${count} sin leer`,
  answer: (name) => `Responder a ${name}`,
  send: 'Enviar',
  sending: 'Enviando …',
  back: 'Todas las preguntas',
  toLot: 'Ir a la subasta',
  gone: 'Quien preguntó esto se ha ido: nadie leería la respuesta.',
  seller: 'Vendedor',
  house: 'La casa',
  removed: 'Retirado',
  reported: (count) => (count === 1 ? 'denunciado una vez' : `denunciado ${count} veces`),
  remove: 'Retirar',
  reason: 'Por qué se retira',
  new: (count) => (count === 1 ? '1 pregunta nueva' : `${count} preguntas nuevas`),
}
