export const texts = {
  film: 'Watch the last minute again',
  after: 'What comes next',
  closesNext: 'Closes next',
  yours: 'Your other bids that close soon',
  all: 'All lots',
}

export type Texts = typeof texts
