// A slow telephone makes its first formatters in a tenth of a second: here while the page's other code is on its way.
new Intl.NumberFormat('en').format(0)
new Intl.DateTimeFormat('en').format(0)

export const texts = {
  catalogue: 'Auctions',
  myBids: 'My bids',
  desk: 'Desk',
  account: 'Account',
  signIn: 'Sign in',
  signOut: 'Sign out',
  language: 'Language',
  ownName: 'English',
  skip: 'To the content',
  pages: 'Pages',
  day: 'd',
  loading: 'Loading …',
  notLoaded: 'This could not be loaded. Is there a connection?',
  tryAgain: 'Try again',
  more: 'Show more',
  back: 'Back',
  noBidsYet: 'No bid yet',
  noBids: 'No bids',
  bids: (count: number) => (count === 1 ? '1 bid' : `${count} bids`),
  bidders: (count: number) => (count === 1 ? '1 bidder' : `${count} bidders`),
  watch: (title: string) => `Watch ${title}`,
  status: {
    draft: 'Draft',
    scheduled: 'Upcoming',
    open: 'Open',
    paused: 'Paused',
    closed: 'Closed',
    cancelled: 'Cancelled',
  },
  closing: 'Closing soon',
  sold: 'Sold',
  unsold: 'Unsold',
  phase: {
    connecting: 'Connecting',
    live: 'Live',
    silent: 'No answer',
    reconnecting: 'Reconnecting',
    offline: 'Offline',
    over: 'Ended',
  },
  standing: {
    none: 'Not bidding',
    leading: 'You lead',
    unmet: 'You lead, below the reserve',
    outbid: 'Outbid',
    won: 'You won',
    lost: 'Not won',
  },
  reserve: { none: 'No reserve', unmet: 'Reserve not met', met: 'Reserve met' },
}

export type Texts = typeof texts
