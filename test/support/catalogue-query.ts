/** The public catalogue as it is listed without any filter; tests say what they look for. */
export const WHOLE_CATALOGUE = {
  limit: 50,
  cursor: null,
  status: null,
  ids: null,
  closesBefore: null,
  closedAfter: null,
  format: null,
  q: null,
  sellerId: null,
  externalId: null,
  currency: null,
  priceFrom: null,
  priceTo: null,
  sort: 'closing',
  draftsOf: 'nobody',
} as const
