import { z } from 'zod'
import { ORIGIN_MAX } from '../config.ts'
import { amount } from '../domain/money-schema.ts'
import { formats } from '../domain/formats/index.ts'
import { reject } from '../domain/rejection.ts'
import { uuid } from '../domain/schema.ts'
import type { User } from '../engine/account-ports.ts'
import { atHome, issueBidToken, secondsFor, visitorOf } from './access.ts'
import { originOfLent, type OriginRule, ownOriginRule } from './origin.ts'
import { type App, type AppParts, findFor } from './parts.ts'
import { refuse } from './problem.ts'

/** Whoever a lent token stands for, as the page it was lent to may know them: without e-mail address and rank. */
export const lentUserView = z
  .object({ id: uuid, displayName: z.string(), role: z.literal('bidder') })
  .meta({ id: 'LentUser', description: 'Somebody by a token that was lent to a page elsewhere' })

export function showLent({ id, displayName }: User): z.output<typeof lentUserView> {
  return { id, displayName, role: 'bidder' }
}

const lentTokenView = z
  .object({ accessToken: z.string(), expiresInSeconds: z.int(), user: lentUserView })
  .meta({ id: 'LentToken' })

/** Tokens for pages elsewhere that show an auction of ours and let people bid in it. */
export function tokenRoutes(app: App, { config, accounts, clock, engine }: AppParts, originAllowed: OriginRule): void {
  const isOwn = ownOriginRule(config)
  app.post(
    '/me/tokens',
    {
      schema: {
        tags: ['accounts'],
        summary: 'A token for a page elsewhere',
        operationId: 'lendToken',
        refusals: ['auction_not_found', 'not_in_this_format'],
        description:
          'For an embed on a page of this origin, which must be among ALLOWED_ORIGINS or be our own. It is good on requests and handshakes with that `Origin`, for one auction and bids of at most `most` (minor units of its currency); beyond that it reads what anybody may, and `GET /v1/me`. It shows no maximum and no salt, neither signs out nor lends further, and ends with the session it is of.',
        body: z.strictObject({ origin: z.string().min(1).max(ORIGIN_MAX), auction: uuid, most: amount }),
        response: { 201: lentTokenView },
      },
      onRequest: atHome,
    },
    async (request, reply) => {
      const { origin, auction, most } = request.body
      const { host } = request.headers
      if (!originAllowed(origin, host))
        return refuse(
          reply,
          reject('forbidden', { detail: 'This origin is not among those that may show our auctions' }),
        )
      const visitor = visitorOf(request)
      const asLent = { ...visitor.user, role: 'bidder', scope: 'bid' } as const
      const stored = await findFor(asLent, auction, engine)
      if (stored === null) return refuse(reply, reject('auction_not_found'))
      // The bound is the most that may be bid: where prices fall it bounds nothing.
      if (formats[stored.auction.format].direction === 'down') return refuse(reply, reject('not_in_this_format'))
      const lent = { origin: originOfLent(origin, host, isOwn), auctionId: auction, most }
      const [sessionEnd, at] = [(await accounts.sessionEnd(visitor.sessionId)) ?? 0, clock.now()]
      const accessToken = issueBidToken(app, visitor, { lent, sessionEnd }, at)
      return reply
        .code(201)
        .send({ accessToken, expiresInSeconds: secondsFor(sessionEnd, at), user: showLent(visitor.user) })
    },
  )
}
