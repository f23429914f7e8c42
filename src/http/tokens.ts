import { z } from 'zod'
import { ORIGIN_MAX, limits } from '../config.ts'
import { reject } from '../domain/rejection.ts'
import { uuid } from '../domain/schema.ts'
import type { User } from '../engine/ports.ts'
import { atHome, issueBidToken, visitorOf } from './access.ts'
import type { OriginRule } from './origin.ts'
import type { App, AppParts } from './parts.ts'
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
export function tokenRoutes(app: App, { clock }: AppParts, originAllowed: OriginRule): void {
  app.post(
    '/me/tokens',
    {
      schema: {
        tags: ['accounts'],
        summary: 'A token for a page elsewhere',
        description:
          'For an embed on a page of this origin, which must be among ALLOWED_ORIGINS or be our own. The token is of the same session and ends with it. Whoever shows it is a bidder, whatever their role: it reads, watches and bids, and neither signs out nor lends further.',
        body: z.strictObject({ origin: z.string().min(1).max(ORIGIN_MAX) }),
        response: { 201: lentTokenView },
      },
      onRequest: atHome,
    },
    async (request, reply) => {
      if (!originAllowed(request.body.origin, request.headers.host))
        return refuse(
          reply,
          reject('forbidden', { detail: 'This origin is not among those that may show our auctions' }),
        )
      const visitor = visitorOf(request)
      const accessToken = issueBidToken(app, visitor, clock.now())
      return reply
        .code(201)
        .send({ accessToken, expiresInSeconds: limits.accessTokenSeconds, user: showLent(visitor.user) })
    },
  )
}
