import type { Texts } from './inbox-words.en.ts'

export const texts: Texts = {
  title: 'Fragen und Antworten',
  none: 'Noch hat niemand etwas gefragt.',
  questions: 'Fragen',
  reports: 'Gemeldet',
  noReports: 'Keine Nachricht ist gemeldet.',
  from: (name, lot) => `${name}, ${lot}`,
  unread: (count) => `${count} neu`,
  answer: (name) => `${name} antworten`,
  send: 'Senden',
  sending: 'Wird gesendet …',
  back: 'Alle Fragen',
  toLot: 'Zur Auktion',
  gone: 'Wer das gefragt hat, ist nicht mehr da: Niemand würde eine Antwort lesen.',
  seller: 'Verkäufer',
  house: 'Haus',
  removed: 'Entfernt',
  reported: (count) => (count === 1 ? 'einmal gemeldet' : `${count}-mal gemeldet`),
  remove: 'Entfernen',
  reason: 'Warum sie entfernt wird',
  new: (count) => (count === 1 ? '1 neue Frage' : `${count} neue Fragen`),
}
