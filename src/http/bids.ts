import type { FastifyReply, FastifyRequest } from 'fastify'
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { limits } from '../config.ts'
import { rejectHidden } from '../domain/access.ts'
import { amount } from '../domain/amount.ts'
import { invalid, reject, type Rejection } from '../domain/rejection.ts'
import { idempotencyKey, isOneOffer, offerFields, oneOffer, readOffer } from '../domain/schema.ts'
import { history } from '../domain/view.ts'
import { answerView, bidView } from '../domain/wire.ts'
import { networksOf } from '../engine/network.ts'
import { channelEvent } from '../protocol.ts'
import { rankIn } from '../live/places.ts'
import { type ListenTo, awaitEvent, streamEvents } from '../live/stream.ts'
import { answerFor, rejectBeyond } from '../live/visitor.ts'
import { actorOf, atHome, atLeast, visitorOf } from './access.ts'
import { charge } from './budgets.ts'
import { ITEMS_FOR_ONE } from './catalogue.ts'
import { type App, type AppParts, findFor, idParam, inLine, number, numberOr, pageOf, paging } from './parts.ts'
import { refuse } from './problem.ts'

const params = z.object({ id: idParam })
const anySeq = number(0, Number.MAX_SAFE_INTEGER)
const eventsView = z.object({ events: z.array(channelEvent), seq: z.int(), head: z.string(), epoch: z.string() })
/** Text of a journal that costs what a plain request does. */
export const CHARACTERS_FOR_ONE = 16 * 1024
const tooMany = reject('try_again', { retryAfterSeconds: limits.retryAfterSeconds })

export function bidRoutes(app: App, parts: AppParts): void {
  const { engine, store, bidRate } = parts
  const tags = ['bids']

  app.post(
    '/auctions/:id/bids',
    {
      schema: {
        tags,
        summary: 'Bid',
        operationId: 'placeBid',
        refusals: [
          'idempotency_key_required',
          'own_auction',
          'above_lent_limit',
          'bidder_blocked',
          'staff_may_not_bid',
          'auction_not_found',
          'auction_not_open',
          'auction_paused',
          'auction_closed',
          'auction_cancelled',
          'bid_too_low',
          'already_leading',
          'maximum_not_raised',
          'idempotency_key_reused',
          'too_many_bids',
        ],
        description:
          'Exactly one of amount and maximum. The header Idempotency-Key is required; repeat with it until there is a definite answer. By a lent token `above_lent_limit` where it offers more than was allowed; the answer holds no maximum and no salt, and a maximum that leads is not raised.',
        headers: z.object({ 'idempotency-key': z.string().optional() }),
        params,
        body: z.strictObject(offerFields).refine(isOneOffer, oneOffer),
        response: { 201: answerView },
      },
      onRequest: atLeast('bidder'),
    },
    async (request, reply) => {
      const visitor = visitorOf(request)
      const { user, sessionId } = visitor
      const keys = request.raw.headersDistinct['idempotency-key'] ?? []
      const key = keys[0] ?? ''
      const offer = readOffer(request.body)
      const refusal = rejectKeys(keys) ?? rejectBeyond(visitor, offer) ?? bidRate.reject(user.id)
      if (refusal !== null) return refuse(reply, refusal)
      const verdict = await engine.bid({
        auctionId: request.params.id,
        userId: user.id,
        sessionId,
        key,
        offer,
        isLent: visitor.lent !== null,
        budget: bidRate.budget(user.id, request.params.id, networksOf(request.ip)),
        permit: (auction) => rejectHidden(auction, user),
      })
      if (!verdict.ok) return refuse(reply, verdict.rejection, verdict)
      return reply.code(201).send(answerFor(visitor, verdict.answer!))
    },
  )

  app.post(
    '/auctions/:id/bids/:bidId/lower',
    {
      schema: {
        tags,
        summary: 'Lower a maximum that a void has let lead again',
        operationId: 'lowerMaximum',
        refusals: [
          'bidder_blocked',
          'own_auction',
          'staff_may_not_bid',
          'auction_not_found',
          'auction_not_open',
          'auction_closed',
          'auction_cancelled',
          'maximum_not_lowered',
          'idempotency_key_reused',
        ],
        description:
          'Everyone has seen it when it was beaten. Its bidder may lower it once, to the present price at least, until the next bid is accepted. The Idempotency-Key may be left out.',
        headers: z.object({ 'idempotency-key': z.string().optional() }),
        params: params.extend({ bidId: idParam }),
        body: z.strictObject({ maximum: amount }),
        response: { 200: answerView },
      },
      onRequest: [atLeast('bidder'), atHome],
    },
    async (request, reply) => {
      const { user, sessionId } = visitorOf(request)
      const { id, bidId } = request.params
      const keys = request.raw.headersDistinct['idempotency-key'] ?? [randomUUID()]
      const refusal = rejectKeys(keys) ?? bidRate.reject(user.id)
      if (refusal !== null) return refuse(reply, refusal)
      const verdict = await engine.bid({
        auctionId: id,
        userId: user.id,
        sessionId,
        key: keys[0]!,
        offer: { lowerTo: request.body.maximum, bid: bidId },
        permit: (auction) => rejectHidden(auction, user),
      })
      return verdict.ok ? reply.send(verdict.answer!) : refuse(reply, verdict.rejection, verdict)
    },
  )

  app.get(
    '/auctions/:id/bids',
    {
      schema: {
        tags,
        summary: 'The public history, newest first',
        operationId: 'listBids',
        refusals: ['auction_not_found'],
        params,
        querystring: z.strictObject({ limit: paging.limit, cursor: anySeq.optional() }),
        response: { 200: pageOf(bidView) },
      },
      preHandler: inLine,
    },
    async (request, reply) => {
      const held = await findFor(actorOf(request), request.params.id, engine)
      if (held === null) return refuse(reply, reject('auction_not_found'))
      const { limit, cursor = Number.MAX_SAFE_INTEGER } = request.query
      const found = history(held.auction, { before: cursor, most: limit + 1 })
      const items = found.slice(0, limit)
      charge(request, items.length / ITEMS_FOR_ONE)
      return reply.send({ items, nextCursor: found.length > limit ? String(items.at(-1)!.seq) : null })
    },
  )

  app.get(
    '/auctions/:id/events',
    {
      // A HEAD would open a stream that nobody reads.
      exposeHeadRoute: false,
      schema: {
        tags: ['live'],
        summary: 'The events after a seq',
        operationId: 'listEvents',
        refusals: ['auction_not_found'],
        description:
          'As application/json at most 1000 and 256 KiB (go on from the last), with waitSeconds a long poll; as text/event-stream where Accept asks for it, resumed by Last-Event-ID.',
        params,
        querystring: z.strictObject({
          after: numberOr(0, 0, Number.MAX_SAFE_INTEGER),
          waitSeconds: numberOr(0, 0, limits.waitSecondsMax),
          epoch: z.string().max(64).optional(),
        }),
        response: {
          200: {
            description: 'The events, or a stream of them',
            content: { 'application/json': { schema: eventsView }, 'text/event-stream': { schema: z.string() } },
          },
        },
      },
      preHandler: inLine,
    },
    async (request, reply) => {
      const { id } = request.params
      const held = await findFor(actorOf(request), id, engine)
      if (held === null) return refuse(reply, reject('auction_not_found'))
      const listenTo: ListenTo = {
        auctionId: id,
        after: lastSeen(request) ?? request.query.after,
        visitor: request.visitor,
        address: request.ip,
        rank: rankIn(held.auction, actorOf(request)),
      }
      if (wantsStream(request)) {
        const stream = streamEvents(parts, listenTo)
        if ('code' in stream) return refuse(reply, tooMany)
        void reply.header('cache-control', 'no-store').header('x-accel-buffering', 'no')
        const plain: FastifyReply = reply
        return plain.type('text/event-stream').send(stream)
      }
      const { waitSeconds } = request.query
      if (waitSeconds > 0 && held.auction.seq <= listenTo.after) {
        const gone = new AbortController()
        reply.raw.once('close', () => gone.abort())
        const refusal = await awaitEvent(parts, listenTo, { waitMs: waitSeconds * 1_000, gone: gone.signal })
        if (refusal !== null) return refuse(reply, tooMany)
      }
      const now = await findFor(actorOf(request), id, engine)
      if (now === null) return refuse(reply, reject('auction_not_found'))
      const events = await store.entries(id, listenTo.after, limits.resumeEventsMax)
      charge(request, events.reduce((sum, { line }) => sum + line.length, 0) / CHARACTERS_FOR_ONE)
      return reply
        .header('cache-control', 'no-store')
        .send({ events: events.map(({ event }) => event), seq: now.auction.seq, head: now.head, epoch: store.epoch })
    },
  )
}

function rejectKeys([key = '', ...others]: readonly string[]): Rejection | null {
  if (others.length > 0) return invalid('Idempotency-Key', 'must come once')
  if (key === '') return reject('idempotency_key_required')
  const read = idempotencyKey.safeParse(key)
  return read.success ? null : invalid('Idempotency-Key', read.error.issues[0]!.message)
}

function wantsStream(request: FastifyRequest): boolean {
  return (request.headers.accept ?? '').includes('text/event-stream')
}

function lastSeen(request: FastifyRequest): number | null {
  const id = request.headers['last-event-id']
  return typeof id === 'string' && /^\d{1,15}$/.test(id) ? Number(id) : null
}
