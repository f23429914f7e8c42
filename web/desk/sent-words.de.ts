import type { Texts } from './sent-words.en.ts'

export const texts: Texts = {
  webhooks: 'Webhooks',
  webhooksHint:
    'Ein Programm von Ihnen erfährt, was geschieht: Jedes Ereignis wird signiert an seine Adresse gesendet, für jedes Los der Reihe nach, und drei Tage lang erneut, bis es antwortet.',
  noWebhooks: 'Noch keine.',
  address: 'Adresse (https)',
  events: 'Ereignisse',
  add: 'Webhook anlegen',
  remove: 'Entfernen',
  secretOnce:
    'Mit diesem Geheimnis werden die Signaturen geprüft. Kopieren Sie es jetzt: Es wird nicht noch einmal gezeigt.',
  look: 'Was ihm gesendet wurde',
  deliveries: 'E-Mails, Push-Nachrichten und Webhooks',
  deliveriesHint: 'Was das Haus verlässt, das Neueste zuerst, 30 Tage lang.',
  all: 'Alle',
  states: { waiting: 'Wartet', sent: 'Gesendet', dropped: 'Nicht mehr nötig', dead: 'Aufgegeben' },
  ways: { email: 'E-Mail', push: 'Push', webhook: 'Webhook' },
  none: 'Hier ist nichts.',
  tries: (count) => (count === 1 ? '1 Versuch' : `${count} Versuche`),
  next: (time) => `nächster ${time}`,
  again: 'Erneut senden',
}
