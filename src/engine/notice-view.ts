import { toWire } from '../domain/instant.ts'
import type { NoticeView } from '../protocol.ts'
import type { Notice } from './told-ports.ts'

/** A notice as its user sees it. */
export function noticeViewOf({ id, kind, at, isRead, auctionId, data }: Notice): NoticeView {
  const { title, currency, price, closesAt } = data
  return {
    id,
    kind,
    at: toWire(at),
    read: isRead,
    auction: auctionId === null ? null : { id: auctionId, title, currency },
    price,
    closesAt: closesAt === null ? null : toWire(closesAt),
  }
}
