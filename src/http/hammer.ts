import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { rejectUnlessInCharge } from '../domain/access.ts'
import type { Auction } from '../domain/auction.ts'
import { fromWire, givenInstant } from '../domain/instant.ts'
import { reject } from '../domain/rejection.ts'
import { reason } from '../domain/schema.ts'
import { auctionView } from '../domain/wire.ts'
import type { UntimedCommand } from '../engine/engine.ts'
import { atLeast, visitorOf } from './access.ts'
import { type App, type AppParts, findFor, idParam } from './parts.ts'
import { refuse } from './problem.ts'
import type { ShownAuctions } from './shown-auctions.ts'

const params = z.object({ id: idParam })
const headers = z.object({ 'if-match': z.string().optional() })
const why = z.strictObject({ reason })
const whyVoid = z.strictObject({
  reason,
  pause: z.boolean().default(false).meta({ description: 'Pauses the auction in the same act, where it is open' }),
})
const moreTime = z.strictObject({ closesAt: givenInstant, reason })
const nothing = z.strictObject({}).nullish()

/** What is done to an auction: opened, closed, cancelled, paused, resumed, given more time, and a bid of it made void. */
export function hammerRoutes(app: App, { engine }: AppParts, shown: ShownAuctions): void {
  const tags = ['auctions']

  const hammer = async (request: FastifyRequest, reply: FastifyReply, id: string, act: UntimedCommand) => {
    const { user } = visitorOf(request)
    if (user.role !== 'admin') request.budgets.take(request, 'edits')
    const stored = await findFor(user, id, engine)
    if (stored === null) return refuse(reply, reject('auction_not_found'))
    const besides = await shown.besides(stored.auction, user)
    const permit = (auction: Auction) =>
      rejectUnlessInCharge(auction, user) ?? shown.rejectChanged(request, auction, besides)
    const verdict = await engine.submitCommand(id, act, user.id, permit)
    return verdict.ok ? shown.show(verdict.stored, request, reply) : refuse(reply, verdict.rejection, verdict)
  }
  const onRequest = atLeast('seller')
  const response = { 200: auctionView }

  app.post(
    '/auctions/:id/open',
    {
      schema: {
        tags,
        summary: 'Open it now',
        operationId: 'openAuction',
        refusals: [
          'precondition_failed',
          'auction_not_found',
          'auction_already_open',
          'auction_closed',
          'auction_cancelled',
        ],
        headers,
        params,
        body: nothing,
        response,
      },
      onRequest,
    },
    (request, reply) => hammer(request, reply, request.params.id, { type: 'open' }),
  )
  app.post(
    '/auctions/:id/close',
    {
      schema: {
        tags,
        summary: 'Close it now',
        operationId: 'closeAuction',
        refusals: [
          'precondition_failed',
          'auction_not_found',
          'auction_not_open',
          'auction_closed',
          'auction_cancelled',
        ],
        headers,
        params,
        body: nothing,
        response,
      },
      onRequest,
    },
    (request, reply) => hammer(request, reply, request.params.id, { type: 'close' }),
  )
  app.post(
    '/auctions/:id/cancel',
    {
      schema: {
        tags,
        summary: 'Cancel it',
        operationId: 'cancelAuction',
        refusals: ['precondition_failed', 'auction_not_found', 'auction_closed', 'auction_cancelled'],
        headers,
        params,
        body: why,
        response,
      },
      onRequest,
    },
    (request, reply) => hammer(request, reply, request.params.id, { type: 'cancel', ...request.body }),
  )
  app.post(
    '/auctions/:id/pause',
    {
      schema: {
        tags,
        summary: 'Pause it',
        operationId: 'pauseAuction',
        refusals: [
          'precondition_failed',
          'auction_not_found',
          'auction_not_open',
          'auction_paused',
          'auction_closed',
          'auction_cancelled',
        ],
        headers,
        params,
        body: why,
        response,
      },
      onRequest,
    },
    (request, reply) => hammer(request, reply, request.params.id, { type: 'pause', ...request.body }),
  )
  app.post(
    '/auctions/:id/resume',
    {
      schema: {
        tags,
        summary: 'Resume it',
        operationId: 'resumeAuction',
        refusals: [
          'precondition_failed',
          'auction_not_found',
          'auction_not_paused',
          'auction_closed',
          'auction_cancelled',
        ],
        description: 'Without closesAt the time that was left at the pause is left again.',
        headers,
        params,
        body: z.strictObject({ closesAt: givenInstant.nullable().default(null) }).nullish(),
        response,
      },
      onRequest,
    },
    (request, reply) => {
      const closesAt = request.body?.closesAt ?? null
      const act: UntimedCommand = { type: 'resume', closesAt: closesAt === null ? null : fromWire(closesAt) }
      return hammer(request, reply, request.params.id, act)
    },
  )
  app.post(
    '/auctions/:id/extend',
    {
      schema: {
        tags,
        summary: 'Give it more time',
        operationId: 'extendAuction',
        refusals: [
          'precondition_failed',
          'auction_not_found',
          'auction_not_open',
          'auction_paused',
          'auction_closed',
          'auction_cancelled',
        ],
        description:
          'While it is open. closesAt must be later than the present end. Does not count against maxExtensions; the room is told the reason as `note`.',
        headers,
        params,
        body: moreTime,
        response,
      },
      onRequest,
    },
    (request, reply) => {
      const { closesAt, reason } = request.body
      return hammer(request, reply, request.params.id, { type: 'extend', closesAt: fromWire(closesAt), reason })
    },
  )

  app.post(
    '/auctions/:id/bids/:bidId/void',
    {
      schema: {
        tags,
        summary: 'Void a bid',
        operationId: 'voidBid',
        refusals: [
          'precondition_failed',
          'auction_not_found',
          'bid_not_found',
          'bid_voided',
          'auction_not_open',
          'auction_closed',
          'auction_cancelled',
        ],
        description:
          'Price and leader are worked out again from the bids that remain. Whoever leads again had been beaten, so everyone knows their maximum: they are told at once, and may lower it.',
        headers,
        params: z.object({ id: idParam, bidId: idParam }),
        body: whyVoid,
        response,
      },
      onRequest: atLeast('admin'),
    },
    (request, reply) => {
      const { id, bidId } = request.params
      return hammer(request, reply, id, { type: 'void', bidId, ...request.body })
    },
  )
}
