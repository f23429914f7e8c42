export const texts = {
  title: 'Auctions',
  search: 'Search',
  searchHint: 'Title or description',
  status: 'Show',
  all: 'All',
  stages: { open: 'Open', scheduled: 'Upcoming', closed: 'Closed' },
  sort: 'Order',
  sorts: { closing: 'Closing first', newest: 'Newest', price: 'Highest price', bids: 'Most bids' },
  titleHint: 'Prices move by themselves.',
  none: 'No auction here yet',
  noneHint: 'As soon as one is announced it appears here.',
  noneFound: 'Nothing matches',
  noneFoundHint: 'Try other words, or show all auctions.',
  failed: 'The catalogue could not be read.',
  startsAt: 'Starts at',
  price: 'Price',
  hammer: 'Sold for',
  notLive: 'The connection is lost: prices may be old.',
}

export type Texts = typeof texts
