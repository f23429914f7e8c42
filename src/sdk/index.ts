export { PriceConnection } from './catalogue.ts'
export {
  RoomClient,
  type CatalogueQuery,
  type ClientOptions,
  type List,
  type Offer,
  type Paging,
} from './room-client.ts'
export {
  type AuctionChanges,
  type BidderView,
  Client,
  type ImageView,
  type LentToken,
  type MyBid,
  type NewAuction,
} from './client.ts'
export { Connection } from './channel.ts'
export { type Change, RoomConnection } from './connection.ts'
export type { Phase } from './link.ts'
export { newKey } from './pause.ts'
export { EndedError, LostError, ProblemError, isUnknown } from './problem.ts'
export { type Room, enter, follow } from './room.ts'
export type { UserView } from './session.ts'
export type {
  AnswerView,
  AuctionView,
  BidView,
  ListedAuctionView,
  OutcomeView,
  PriceView,
  TermsView,
  YouView,
} from '../domain/wire.ts'
export type { ChannelEvent, Problem } from '../protocol.ts'
