import type { texts as english } from './proof-words.en.ts'

const at = (line: number | null) => (line === null ? '' : ` (línea ${line})`)

export const texts: typeof english = {
  verify: 'Comprobar este resultado',
  checking: 'Comprobando…',
  unable: 'No se pudo comprobar aquí: este navegador no comprueba firmas, o el registro no llegó.',
  holds: 'Este resultado es correcto. Se comprobó en su dispositivo.',
  chain: (entries) => `${entries} asientos, cada uno sellado por el siguiente`,
  signed: (key) => `Firmado por la casa, clave ${key}…`,
  logged: (index, size) => `Declaración ${index} de ${size} en el registro de la casa`,
  receipts: (count) => (count === 1 ? 'Su recibo se respeta' : `Sus ${count} recibos se respetan`),
  download: 'Descargar el registro',
  broken: {
    file: (line) => `No es correcto: el registro no se puede leer${at(line)}.`,
    chain: (line) => `No es correcto: la cadena de asientos está rota${at(line)}.`,
    certificate: (line) => `No es correcto: lo que firmó la casa no es lo que dicen los asientos${at(line)}.`,
    log: (line) => `No es correcto: el certificado no está en el registro de la casa${at(line)}.`,
    receipt: (line) => `No es correcto: uno de sus recibos dice otra cosa${at(line)}.`,
  },
}
