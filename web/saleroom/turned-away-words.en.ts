export const texts = {
  gone: 'There is no such auction.',
  membersOnly: 'Only members may watch. Sign in first.',
  notAllowed: 'You may not watch this auction.',
  toCatalogue: 'To the catalogue',
}

export type Texts = typeof texts
