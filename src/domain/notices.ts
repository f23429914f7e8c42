import { z } from 'zod'
import { DEFAULT_LANGUAGE, type Language, languageCodes } from '../languages/list.ts'
import type { Amount } from './amount.ts'
import type { Auction } from './auction.ts'
import type { Instant } from './instant.ts'

/** What people are told of, and by which ways: a notice on the page, an e-mail, a push message. */

export const noticeKinds = [
  'outbid',
  'won',
  'lost',
  'closing_soon',
  'lot_coming_up',
  'message',
  'registration',
  'offer',
  'invoice',
  'payment',
] as const
export const noticeKind = z.enum(noticeKinds)
export type NoticeKind = z.output<typeof noticeKind>

export const noticeWays = ['page', 'email', 'push'] as const
export const noticeWay = z.enum(noticeWays)
export type NoticeWay = z.output<typeof noticeWay>

export const mailLanguage = z.enum(languageCodes)

const ways = z.array(noticeWay).max(noticeWays.length)
export const waysByKind = Object.fromEntries(noticeKinds.map((kind) => [kind, ways])) as Record<NoticeKind, typeof ways>

/** How somebody is told, as it travels. */
export const preferencesView = z
  .object({
    language: mailLanguage,
    timeZone: z.string(),
    notices: z.object(waysByKind),
    email: z.enum(['off', 'unverified', 'verified']).meta({
      description: 'Whether mails come: the house sends none, the address is not confirmed, or it is',
    }),
  })
  .meta({ id: 'Preferences' })
export type PreferencesView = z.output<typeof preferencesView>

export type Preferences = {
  readonly language: Language
  /** An IANA name, such as Europe/Madrid. */
  readonly timeZone: string
  readonly notices: Readonly<Record<NoticeKind, readonly NoticeWay[]>>
}

/** What somebody changes of it. `noMailOf` is a kind of which they want no mails any more. */
export type PreferencesChanges = {
  readonly language?: Language | undefined
  readonly timeZone?: string | undefined
  readonly notices?: Partial<Preferences['notices']>
  readonly noMailOf?: NoticeKind
}

/** What is not named stays as it is. */
export function changedPreferences(before: Preferences, changes: PreferencesChanges): Preferences {
  const { language = before.language, timeZone = before.timeZone, noMailOf } = changes
  const notices = { ...before.notices, ...changes.notices }
  if (noMailOf === undefined) return { language, timeZone, notices }
  const ways = notices[noMailOf].filter((way) => way !== 'email')
  return { language, timeZone, notices: { ...notices, [noMailOf]: ways } }
}

const EVERY_WAY = noticeWays

export const DEFAULT_PREFERENCES: Preferences = {
  language: DEFAULT_LANGUAGE,
  timeZone: 'UTC',
  notices: {
    outbid: EVERY_WAY,
    won: EVERY_WAY,
    lost: ['page'],
    closing_soon: EVERY_WAY,
    lot_coming_up: EVERY_WAY,
    message: EVERY_WAY,
    registration: EVERY_WAY,
    offer: EVERY_WAY,
    invoice: EVERY_WAY,
    payment: EVERY_WAY,
  },
}

/** What a notice says of an auction, as of when it was made: nothing in it is another bidder's secret. */
export type NoticeData = {
  readonly title: string
  readonly currency: string
  readonly price: Amount | null
  readonly closesAt: Instant | null
}

export type NewNotice = { readonly userId: string; readonly kind: NoticeKind; readonly data: NoticeData }

export function noticeDataOf({ title, currency, standing, closesAt }: Auction): NoticeData {
  return { title, currency, price: standing?.price ?? null, closesAt }
}

/** The notices that the public events of an auction from one seq to another cause. */
export function noticesOf(auction: Auction, fromSeq: number, toSeq: number): readonly NewNotice[] {
  const { stage } = auction
  const data = noticeDataOf(auction)
  const named = (kind: NoticeKind) => (userId: string) => ({ userId, kind, data })
  if (stage.status === 'cancelled') return toSeq < auction.seq ? [] : biddersOf(auction).map(named('lost'))
  if (stage.status !== 'closed') return outbidBetween(auction, fromSeq, toSeq).map(named('outbid'))
  // Nothing follows the close of an auction.
  if (toSeq < auction.seq) return []
  const { winner } = stage.outcome
  return biddersOf(auction).map((userId) => named(auction.paddles.get(userId) === winner ? 'won' : 'lost')(userId))
}

/** Whoever has a bid that stands. */
export function biddersOf({ bids }: Auction): string[] {
  const bidders = new Set<string>()
  for (let rest = bids; rest !== null; rest = rest.earlier) if (!rest.bid.voided) bidders.add(rest.bid.bidder)
  return [...bidders]
}

/** Whoever lost the lead by a bid of another, and does not lead now. */
function outbidBetween({ bids, standing }: Auction, fromSeq: number, toSeq: number): string[] {
  const outbid = new Set<string>()
  for (let rest = bids; rest !== null && (rest.bid.seq ?? fromSeq) >= fromSeq; rest = rest.earlier) {
    const before = rest.earlier?.standing?.bidder
    if (before !== undefined && before !== rest.standing?.bidder && (rest.bid.seq ?? toSeq) <= toSeq) outbid.add(before)
  }
  if (standing !== null) outbid.delete(standing.bidder)
  return [...outbid]
}
