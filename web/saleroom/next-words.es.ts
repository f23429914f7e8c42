import type { Texts } from './next-words.en.ts'

export const texts: Texts = {
  whatNext: 'El vendedor ve ahora su nombre y su correo y le dirá cómo pagar y recoger. Pregúntele lo que necesite.',
  youWon: 'Enhorabuena: es suya.',
  film: 'Ver otra vez el último minuto',
  after: 'Lo que viene',
  closesNext: 'La próxima en cerrar',
  yours: 'Sus otras pujas que cierran pronto',
  all: 'Todos los lotes',
}
