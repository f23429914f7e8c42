import type { Texts } from './words.en.ts'

export const texts: Texts = {
  title: 'Pujar desde otra página',
  asks: (name) => `${name}, una página ajena pide pujar por usted.`,
  page: 'Página',
  auction: 'Subasta',
  next: (amount) => `Próxima puja: desde ${amount}`,
  most: (currency) => `Lo máximo que puede pujar, en ${currency}`,
  binding: 'Lo que puje, hasta este importe, le obliga a usted.',
  notAnAmount: (example) => `No es un importe. Escríbalo como ${example}.`,
  below: (amount) => `Por debajo de la próxima puja, ${amount}.`,
  means:
    'Durante un cuarto de hora y solo en esta subasta. La página ve aquí sus pujas, pero ningún máximo. No sabrá ni su contraseña ni su correo.',
  allow: (amount) => `Permitir pujas hasta ${amount}`,
  allowNone: 'Permitir pujas',
  refuse: 'No permitir',
}
