import type { Texts } from './house-words.en.ts'

export const texts: Texts = {
  face: 'Le visage de la maison',
  name: 'Nom',
  nameHint: 'Dans l’en-tête et le titre de chaque page, et dans l’aperçu des liens.',
  logo: 'Logo',
  logoHint: 'À la place du nom dans l’en-tête. Sur les pages sombres, il garde un fond clair : dessinez-le pour cela.',
  chooseLogo: 'Choisir une image',
  removeLogo: 'Retirer le logo',
  accent: 'Couleur d’accent',
  accentOwn: 'Boutons et liens dans une couleur de la maison',
  schemes: { light: 'Sur les pages claires', dark: 'Sur les pages sombres' },
  weak: {
    paper: (ratio, needed) =>
      `Les liens de cette couleur seraient illisibles sur la page : le contraste est de ${ratio}:1, il faut ${needed}:1.`,
    text: (ratio, needed) =>
      `Ce qui est écrit dessus serait illisible : le contraste est de ${ratio}:1, il faut ${needed}:1.`,
  },
  good: 'Elle est lisible.',
  nearest: 'Prendre la plus proche qui soit lisible',
  contact: 'Contact',
  contactHint: 'Une adresse e-mail, ou l’adresse https d’une page.',
  legal: 'Textes de la maison',
  legalHint:
    'Chacun a sa propre page, avec un lien au pied de chaque page. Markdown est compris ; HTML est montré comme texte. Les textes vides ne sont pas montrés.',
  imprint: 'Mentions légales',
  privacy: 'Confidentialité',
  terms: 'Conditions',
  hints: {
    imprint: 'Qui tient la maison, et comment la joindre.',
    privacy: 'Ce qui est fait des données personnelles.',
    terms: 'Qui crée un compte doit les accepter.',
  },
  termsVersion: (version) =>
    `Version ${version}. Un autre texte est une nouvelle version : qui crée un compte ensuite accepte celle-là ; les anciennes restent lisibles.`,
  see: 'Voir la page',
  save: 'Enregistrer',
  working: 'Un instant …',
  saved: 'Enregistré. Chaque page le montre dès son prochain chargement.',
  look: 'Voir',
  unsaved: 'Pas encore enregistré.',
  cannotBeRead: 'La couleur d’accent est illisible : choisissez-en une autre.',
}
