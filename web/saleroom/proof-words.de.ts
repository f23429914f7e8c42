import type { Texts } from './proof-words.en.ts'

const at = (line: number | null) => (line === null ? '' : ` (Zeile ${line})`)

export const texts: Texts = {
  verify: 'Ergebnis prüfen',
  checking: 'Wird geprüft …',
  unable:
    'Hier ließ es sich nicht prüfen: Dieser Browser kann keine Unterschriften prüfen, oder das Protokoll kam nicht.',
  holds: 'Dieses Ergebnis hält. Es wurde auf Ihrem Gerät geprüft.',
  chain: (entries) => `${entries} Einträge, jeder vom nächsten besiegelt`,
  signed: (key) => `Vom Haus unterschrieben, Schlüssel ${key}…`,
  logged: (index, size) => `Erklärung ${index} von ${size} im Verzeichnis des Hauses`,
  receipts: (count) =>
    count === 1 ? 'Ihre eigene Quittung ist eingehalten' : `Ihre ${count} eigenen Quittungen sind eingehalten`,
  download: 'Protokoll herunterladen',
  broken: {
    file: (line) => `Das hält nicht: Das Protokoll ist nicht lesbar${at(line)}.`,
    chain: (line) => `Das hält nicht: Die Kette der Einträge ist gebrochen${at(line)}.`,
    certificate: (line) => `Das hält nicht: Was das Haus unterschrieben hat, folgt nicht aus den Einträgen${at(line)}.`,
    log: (line) => `Das hält nicht: Das Zertifikat steht nicht im Verzeichnis des Hauses${at(line)}.`,
    receipt: (line) => `Das hält nicht: Eine Ihrer Quittungen sagt etwas anderes${at(line)}.`,
  },
}
