export { PriceConnection } from './catalogue.ts'
export {
  RoomClient,
  type CatalogueQuery,
  type ClientOptions,
  type CountedList,
  type List,
  type Offer,
  type Paging,
} from './room-client.ts'
export { Client } from './client.ts'
export { FOLLOWED_MAX, FollowConnection, type FollowListener } from './following.ts'
export { Connection } from './channel.ts'
export { type Change, RoomConnection } from './connection.ts'
export type { Phase } from './link.ts'
export { NoticeConnection } from './notices.ts'
export { newKey } from './pause.ts'
export { EndedError, LostError, ProblemError, WithdrawnError, isUnknown } from './problem.ts'
export { type Room, enter, follow } from './room.ts'
export { type RoomPart, Talk } from './talk.ts'
export type { Session, UserView } from './session.ts'
export type * from './views.ts'
export type * from './wire.ts'
