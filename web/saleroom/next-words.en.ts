export const texts = {
  whatNext: 'The seller has your name and e-mail address now, and says how to pay and collect. Ask them anything.',
  youWon: 'Congratulations: it is yours.',
  film: 'Watch the last minute again',
  after: 'What comes next',
  closesNext: 'Closes next',
  yours: 'Your other bids that close soon',
  all: 'All lots',
}

export type Texts = typeof texts
