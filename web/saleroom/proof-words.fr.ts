import type { Texts } from './proof-words.en.ts'

const at = (line: number | null) => (line === null ? '' : ` (ligne ${line})`)

export const texts: Texts = {
  verify: 'Vérifier ce résultat',
  checking: 'Vérification …',
  unable: 'Impossible à vérifier ici : ce navigateur ne vérifie pas les signatures, ou le registre n’est pas venu.',
  holds: 'Ce résultat tient. Il a été vérifié sur votre appareil.',
  chain: (entries) => `${entries} entrées, chacune scellée par la suivante`,
  signed: (key) => `Signé par la maison, clé ${key}…`,
  logged: (index, size) => `Déclaration ${index} sur ${size} dans le journal de la maison`,
  receipts: (count) => (count === 1 ? 'Votre propre reçu est respecté' : `Vos ${count} reçus sont respectés`),
  download: 'Télécharger le registre',
  broken: {
    file: (line) => `Cela ne tient pas : le registre est illisible${at(line)}.`,
    chain: (line) => `Cela ne tient pas : la chaîne des entrées est rompue${at(line)}.`,
    certificate: (line) => `Cela ne tient pas : ce que la maison a signé ne suit pas des entrées${at(line)}.`,
    log: (line) => `Cela ne tient pas : le certificat n’est pas dans le journal de la maison${at(line)}.`,
    receipt: (line) => `Cela ne tient pas : un de vos reçus dit autre chose${at(line)}.`,
  },
}
