/**
 * The shapes that travel. In the package this module is written out of the same schemas by vite.config.ts, so that it needs
 * none of the service.
 */
export type { Code } from '../codes.ts'
export type { AuctionChangesInput as AuctionChanges, NewAuctionInput as NewAuction } from '../domain/bodies.ts'
export type { RoomMessageView, RoomSettings } from '../domain/room.ts'
export type { Role, Status } from '../domain/schema.ts'
export type {
  AnswerView,
  AuctionView,
  BidView,
  FilmView,
  ListedAuctionView,
  OutcomeView,
  OwnBidView,
  PriceView,
  StandingView,
  TermsView,
  YouView,
} from '../domain/wire.ts'
export type { ChannelEvent, ClientMessage, NoticeView, ServerMessage } from '../protocol.ts'
export type { NoticeKind, NoticeWay, PreferencesView } from '../domain/notices.ts'
export type { CodedProblem as Problem } from '../protocol/code-texts.ts'
