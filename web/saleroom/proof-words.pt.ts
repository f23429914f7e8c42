import type { Texts } from './proof-words.en.ts'

const at = (line: number | null) => (line === null ? '' : ` (linha ${line})`)

export const texts: Texts = {
  verify: 'Verificar este resultado',
  checking: 'A verificar …',
  unable: 'Não se pôde verificar aqui: este navegador não verifica assinaturas, ou o registo não veio.',
  holds: 'Este resultado confere. Foi verificado no seu dispositivo.',
  chain: (entries) => `${entries} entradas, cada uma selada pela seguinte`,
  signed: (key) => `Assinado pela casa, chave ${key}…`,
  logged: (index, size) => `Declaração ${index} de ${size} no diário da casa`,
  receipts: (count) => (count === 1 ? 'O seu recibo é respeitado' : `Os seus ${count} recibos são respeitados`),
  download: 'Descarregar o registo',
  broken: {
    file: (line) => `Isto não confere: o registo não se consegue ler${at(line)}.`,
    chain: (line) => `Isto não confere: a cadeia de entradas está quebrada${at(line)}.`,
    certificate: (line) => `Isto não confere: o que a casa assinou não resulta das entradas${at(line)}.`,
    log: (line) => `Isto não confere: o certificado não está no diário da casa${at(line)}.`,
    receipt: (line) => `Isto não confere: um dos seus recibos diz outra coisa${at(line)}.`,
  },
}
