import type { Texts } from './inbox-words.en.ts'

export const texts: Texts = {
  title: 'Perguntas e respostas',
  none: 'Ainda ninguém perguntou nada.',
  questions: 'Perguntas',
  reports: 'Denunciadas',
  noReports: 'Nenhuma mensagem foi denunciada.',
  from: (name, lot) => `${name}, ${lot}`,
  unread: (count) => `${count} por ler`,
  answer: (name) => `Responder a ${name}`,
  send: 'Enviar',
  sending: 'A enviar …',
  back: 'Todas as perguntas',
  toLot: 'Ver o leilão',
  gone: 'Quem perguntou isto já saiu: ninguém leria uma resposta.',
  seller: 'Vendedor',
  house: 'Casa',
  removed: 'Removida',
  reported: (count) => (count === 1 ? 'denunciada uma vez' : `denunciada ${count} vezes`),
  remove: 'Remover',
  reason: 'Porque é removida',
  new: (count) => (count === 1 ? '1 pergunta nova' : `${count} perguntas novas`),
}
