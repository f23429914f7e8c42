export { PriceConnection } from './catalogue.ts'
export {
  type AuctionChanges,
  type BidderView,
  type CatalogueQuery,
  Client,
  type ClientOptions,
  type ImageView,
  type LentToken,
  type List,
  type MyBid,
  type NewAuction,
  type Offer,
  type Paging,
} from './client.ts'
export { type Change, Connection } from './connection.ts'
export type { Phase } from './link.ts'
export { LostError, ProblemError, isUnknown } from './problem.ts'
export { type Room, enter, follow } from './room.ts'
export type { UserView } from './session.ts'
export type { AnswerView, AuctionView, BidView, OutcomeView, PriceView, TermsView, YouView } from '../domain/wire.ts'
export type { ChannelEvent, Problem } from '../protocol.ts'
