import type { Texts } from './house-words.en.ts'

export const texts: Texts = {
  face: 'Das Gesicht des Hauses',
  name: 'Name',
  nameHint: 'Im Kopf und im Titel jeder Seite und in der Vorschau von Links.',
  logo: 'Logo',
  logoHint: 'Anstelle des Namens im Kopf. Auf dunklen Seiten behält es einen hellen Grund; zeichnen Sie es dafür.',
  chooseLogo: 'Bild wählen',
  removeLogo: 'Logo entfernen',
  accent: 'Akzentfarbe',
  accentOwn: 'Knöpfe und Links in einer Farbe des Hauses',
  schemes: { light: 'Auf hellen Seiten', dark: 'Auf dunklen Seiten' },
  weak: {
    paper: (ratio, needed) =>
      `Links in dieser Farbe wären auf der Seite nicht lesbar: Der Kontrast ist ${ratio}:1, nötig ist ${needed}:1.`,
    text: (ratio, needed) => `Was darauf steht, wäre nicht lesbar: Der Kontrast ist ${ratio}:1, nötig ist ${needed}:1.`,
  },
  good: 'Sie ist lesbar.',
  nearest: 'Die nächste lesbare nehmen',
  contact: 'Kontakt',
  contactHint: 'Eine E-Mail-Adresse oder die https-Adresse einer Seite.',
  legal: 'Texte des Hauses',
  legalHint:
    'Jeder hat eine eigene Seite, mit einem Link am Fuß jeder Seite. Markdown wird verstanden, HTML als Text gezeigt. Leere Texte werden nicht gezeigt.',
  imprint: 'Impressum',
  privacy: 'Datenschutz',
  terms: 'AGB',
  hints: {
    imprint: 'Wer das Haus betreibt und wie man es erreicht.',
    privacy: 'Was mit persönlichen Daten geschieht.',
    terms: 'Wer ein Konto anlegt, muss ihnen zustimmen.',
  },
  termsVersion: (version) =>
    `Fassung ${version}. Ein anderer Text ist eine neue Fassung: Wer danach ein Konto anlegt, stimmt dieser zu; die alten bleiben lesbar.`,
  see: 'Seite ansehen',
  save: 'Speichern',
  working: 'Einen Moment …',
  saved: 'Gespeichert. Jede Seite zeigt es, sobald sie neu geladen wird.',
  look: 'Ansehen',
  unsaved: 'Noch nicht gespeichert.',
  cannotBeRead: 'Die Akzentfarbe ist nicht lesbar: Wählen Sie eine andere.',
}
