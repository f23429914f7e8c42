const auctions = (count: number) => (count === 1 ? '1 auction' : `${count} auctions`)
/** Where something is left out by the filters it is said of how many. */
const ofAll = (count: number, of: number) => (count === of ? auctions(count) : `${count} of the ${auctions(of)} shown`)

export const texts = {
  layout: 'How the board looks',
  layouts: { cards: 'Cards', table: 'Table' },
  only: 'Show only',
  filters: { closing: 'Closing in 5 minutes', noBids: 'No bids', unmet: 'Reserve not met' },
  nothingFits: 'No running auction fits that.',
  columns: { lot: 'Lot', left: 'Time left', price: 'Price', bids: 'Bids', leader: 'Leads', reserve: 'Reserve' },
  total: (count: number, currency: string) => `${auctions(count)} in ${currency}`,

  forAll: 'With all that are shown',
  actions: { pause: 'Pause all', resume: 'Resume all', extend: 'More time for all' },
  sure: {
    pause: (count: number, of: number) =>
      `Pause ${ofAll(count, of)}? Nobody can bid in them until they are resumed; their clocks stand still.`,
    resume: (count: number, of: number) => `Resume ${ofAll(count, of)}, each with the time that was left?`,
    extend: (count: number, of: number) =>
      `How much more time for ${ofAll(count, of)}? It is added to the end of each.`,
  },
  yes: {
    pause: (count: number) => `Pause ${count}`,
    resume: (count: number) => `Resume ${count}`,
    extend: (count: number) => `Extend ${count}`,
  },
  done: {
    pause: (count: number) => `${auctions(count)} paused.`,
    resume: (count: number) => `${auctions(count)} resumed.`,
    extend: (count: number) => `${auctions(count)} extended.`,
  },
  refused: (count: number) => (count === 1 ? 'One was refused:' : `${count} were refused:`),
  putAway: 'Put away',
}

export type Texts = typeof texts
