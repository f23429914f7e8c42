import { isOver } from '../domain/auction.ts'
import { type NoticeData, type NoticeKind, noticeDataOf } from '../domain/notices.ts'
import type { Engine } from './engine.ts'

/** Whether somebody has the room of an auction open. */
export type IsPresent = (userId: string, auctionId: string) => Promise<boolean>

type News = {
  readonly kind: NoticeKind
  readonly userId: string
  readonly auctionId: string | null
  readonly given: NoticeData
}

/**
 * What a notice says by now, when it goes out; null if it is not worth that any more: whoever leads again or has the room
 * open needs not be told that they were outbid.
 */
export async function newsOf(
  { kind, userId, auctionId, given }: News,
  { engine, isPresent }: { engine: Pick<Engine, 'stored'>; isPresent: IsPresent },
): Promise<NoticeData | null> {
  if (kind !== 'outbid' && kind !== 'closing_soon') return given
  const auction = (await engine.stored(auctionId!))?.auction
  if (auction === undefined || isOver(auction)) return null
  const isSettled = async () => auction.standing?.bidder === userId || (await isPresent(userId, auctionId!))
  return kind === 'outbid' && (await isSettled()) ? null : noticeDataOf(auction)
}
