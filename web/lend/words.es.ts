import type { Texts } from './words.en.ts'

export const texts: Texts = {
  title: 'Pujar desde otra página',
  asks: (name) => `${name}, esta página pide pujar en su nombre:`,
  means: 'Podrá pujar por usted y ver sus pujas durante un cuarto de hora. No sabrá ni su contraseña ni su correo.',
  allow: 'Permitir',
  refuse: 'No permitir',
}
