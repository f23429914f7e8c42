import type { Texts } from './turned-away-words.en.ts'

export const texts: Texts = {
  gone: 'Diese Auktion gibt es nicht.',
  membersOnly: 'Nur Mitglieder dürfen zuschauen. Melden Sie sich zuerst an.',
  notAllowed: 'Sie dürfen bei dieser Auktion nicht zuschauen.',
  toCatalogue: 'Zum Katalog',
}
