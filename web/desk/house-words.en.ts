export const texts = {
  face: 'The face of the house',
  name: 'Name',
  nameHint: 'In the header and the title of every page, and where links are previewed.',
  logo: 'Logo',
  logoHint: 'In place of the name in the header. On dark pages it keeps a light ground, so draw it for that.',
  chooseLogo: 'Choose a picture',
  removeLogo: 'Remove the logo',
  accent: 'Accent colour',
  accentOwn: 'Buttons and links in a colour of the house',
  schemes: { light: 'On light pages', dark: 'On dark pages' },
  weak: {
    paper: (ratio: string, needed: string) =>
      `Links in it could not be read on the page: the contrast is ${ratio}:1, and ${needed}:1 is needed.`,
    text: (ratio: string, needed: string) =>
      `What stands on it could not be read: the contrast is ${ratio}:1, and ${needed}:1 is needed.`,
  },
  good: 'It can be read.',
  nearest: 'Take the nearest that can be read',
  contact: 'Contact',
  contactHint: 'An e-mail address, or the https address of a page.',
  legal: 'Texts of the house',
  legalHint:
    'Each has a page of its own, with a link at the foot of every page. Markdown is understood; HTML is shown as text. Empty texts are not shown.',
  imprint: 'Imprint',
  privacy: 'Privacy',
  terms: 'Terms',
  hints: {
    imprint: 'Who runs the house, and how to reach them.',
    privacy: 'What is done with personal data.',
    terms: 'Whoever signs up has to agree to them.',
  },
  termsVersion: (version: number) =>
    `Version ${version}. Another text is a new version: whoever signs up from then on agrees to that one; the old ones stay readable.`,
  see: 'See the page',
  save: 'Save',
  working: 'One moment …',
  saved: 'Saved. Every page shows it from its next load on.',
  look: 'Look at it',
  unsaved: 'Not saved yet.',
  cannotBeRead: 'The accent colour cannot be read: choose another one.',
}

export type Texts = typeof texts
