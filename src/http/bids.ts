import type { FastifyReply, FastifyRequest } from 'fastify'
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { limits } from '../config/limits.ts'
import { rejectHidden } from '../domain/access.ts'
import { type Auction, isOver } from '../domain/auction.ts'
import { formats } from '../domain/formats/index.ts'
import { amount } from '../domain/money-schema.ts'
import { isRejection, reject } from '../domain/rejection.ts'
import { isOneOffer, offerFields, oneOffer, readOffer } from '../domain/schema.ts'
import { history, withoutLimit, youView } from '../domain/view.ts'
import { answerView, bidView, youView as youShape } from '../domain/wire.ts'
import { networksOf } from '../engine/network.ts'
import { channelEvent } from '../protocol.ts'
import { type ListenTo, awaitEvent, streamEvents } from '../live/stream.ts'
import { answerFor, rejectBeyondToken } from '../live/identity.ts'
import { actorOf, atHome, atLeast, visitorOf } from './access.ts'
import { charge } from './budgets.ts'
import { ITEMS_FOR_ONE } from './catalogue.ts'
import { REPLAYED, readKey } from './idempotency.ts'
import {
  type App,
  type AppParts,
  findFor,
  idParam,
  inLine,
  number,
  numberOr,
  pageOf,
  paging,
  sendPublic,
} from './parts.ts'
import { refuse } from './problem.ts'

const params = z.object({ id: idParam })
/** A refusal repeats in its receipt which bid was named, and a receipt takes no text that Unicode writes in two ways. */
const PLAIN_TEXT = /^[\x21-\x7e]+$/
const eitherLimit = { path: ['maximum'], message: 'give either maximum or minimum' }
const anySeq = number(0, Number.MAX_SAFE_INTEGER)
const eventsView = z.object({
  events: z.array(channelEvent),
  seq: z.int(),
  head: z.string(),
  epoch: z.string(),
  over: z.boolean().meta({ description: 'Whether the auction is over: nothing comes behind `seq`' }),
})
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
          'bid_too_high',
          'minimum_not_lowered',
          'not_in_this_format',
          'idempotency_key_reused',
          'too_many_bids',
        ],
        description:
          'Exactly one of `amount` (a price now), `maximum` (bid for you up to this) and `atMost` (the minimum bid of this instant, where it is no more: no bid on the way makes that stale). Where prices fall (`reverse`) it is `amount`, `minimum` and `atLeast`. The header Idempotency-Key is required; repeat with it until there is a definite answer. By a lent token `above_lent_limit` where it offers more than was allowed; the answer holds no maximum and no salt, and a maximum that leads is not raised.',
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
      const named = readKey(request)
      const offer = readOffer(request.body)
      if (isRejection(named)) return refuse(reply, named)
      const { key } = named
      if (key === null) return refuse(reply, reject('idempotency_key_required'))
      const refusal = rejectBeyondToken(visitor, offer) ?? bidRate.charge(user.id)
      if (refusal !== null) return refuse(reply, refusal)
      const verdict = await engine.bid({
        auctionId: request.params.id,
        userId: user.id,
        sessionId,
        key,
        offer,
        isDelegated: visitor.delegation !== null,
        budget: bidRate.budget(user.id, request.params.id, networksOf(request.ip)),
        permit: (auction) => rejectHidden(auction, user),
      })
      if (!verdict.ok) return refuse(reply, verdict.rejection, verdict)
      if (verdict.repeated === true) void reply.header(REPLAYED, 'true')
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
          'idempotency_key_required',
          'bidder_blocked',
          'own_auction',
          'staff_may_not_bid',
          'auction_not_found',
          'auction_not_open',
          'auction_closed',
          'auction_cancelled',
          'maximum_not_lowered',
          'minimum_not_raised',
          'not_in_this_format',
          'idempotency_key_reused',
        ],
        description:
          'Everyone has seen it when it was beaten. Its bidder may lower it once, to the present price at least, until the next bid is accepted; where prices fall, raise a `minimum` to the present price at most. The Idempotency-Key may be left out.',
        headers: z.object({ 'idempotency-key': z.string().optional() }),
        params: params.extend({ bidId: idParam.regex(PLAIN_TEXT) }),
        body: z
          .strictObject({ maximum: amount.optional(), minimum: amount.optional() })
          .refine(({ maximum, minimum }) => (maximum === undefined) !== (minimum === undefined), eitherLimit),
        response: { 200: answerView },
      },
      onRequest: [atLeast('bidder'), atHome],
    },
    async (request, reply) => {
      const { user, sessionId } = visitorOf(request)
      const { id, bidId } = request.params
      const { maximum, minimum } = request.body
      const named = readKey(request)
      if (isRejection(named)) return refuse(reply, named)
      const refusal = bidRate.charge(user.id)
      if (refusal !== null) return refuse(reply, refusal)
      const verdict = await engine.bid({
        auctionId: id,
        userId: user.id,
        sessionId,
        key: named.key ?? randomUUID(),
        offer: { lowerTo: (maximum ?? minimum)!, bid: bidId },
        permit: (auction) => rejectHidden(auction, user) ?? rejectOtherLimit(auction, request.body),
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
      const stored = await findFor(actorOf(request), request.params.id, engine)
      if (stored === null) return refuse(reply, reject('auction_not_found'))
      const { limit, cursor = Number.MAX_SAFE_INTEGER } = request.query
      const found = history(stored.auction, { before: cursor, most: limit + 1 })
      const items = found.slice(0, limit)
      charge(request, items.length / ITEMS_FOR_ONE)
      return sendPublic(reply, { items, nextCursor: found.length > limit ? String(items.at(-1)!.seq) : null })
    },
  )

  app.get(
    '/auctions/:id/you',
    {
      schema: {
        tags,
        summary: 'Where I stand',
        operationId: 'getYou',
        refusals: ['auction_not_found'],
        description: 'As `you` on the channel says it, also when it is over. By a lent token without the maximum.',
        params,
        response: { 200: youShape },
      },
      onRequest: atLeast('bidder'),
    },
    async (request, reply) => {
      const { user } = visitorOf(request)
      const stored = await findFor(user, request.params.id, engine)
      if (stored === null) return refuse(reply, reject('auction_not_found'))
      const you = youView(stored.auction, user.id)
      const hidden = { ...withoutLimit(you), lowerable: null, bids: you.bids.map(withoutLimit) }
      return reply.header('cache-control', 'no-store').send(user.scope === 'bid' ? hidden : you)
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
          'As application/json at most 1000 and 256 KiB (go on from the last), with waitSeconds a long poll; as text/event-stream where Accept asks for it, resumed by Last-Event-ID: each message is one event, without a name (`onmessage`), `id` is its seq, and there is no snapshot: read the auction first. When it is over the stream ends, and 204 tells whoever comes back that nothing more comes (an EventSource stops then). As JSON `over` says so: nothing is waited for. With `epoch` a seq of another history counts as none, and the ids of a stream are `SEQ.EPOCH`.',
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
          204: z.null(),
        },
      },
      preHandler: inLine,
    },
    async (request, reply) => {
      const { id } = request.params
      const stored = await findFor(actorOf(request), id, engine)
      if (stored === null) return refuse(reply, reject('auction_not_found'))
      const last = lastSeen(request) ?? { after: request.query.after, epoch: undefined }
      const epoch = last.epoch ?? request.query.epoch
      const listenTo: ListenTo = {
        auctionId: id,
        // What was seen of another history says nothing of this one.
        after: epoch === undefined || epoch === store.epoch ? last.after : 0,
        epoch: epoch === undefined ? null : store.epoch,
        identity: request.visitor,
        address: request.ip,
      }
      if (wantsStream(request)) {
        const hasAll = isOver(stored.auction) && listenTo.after >= stored.auction.seq
        const bare: FastifyReply = reply
        // An EventSource comes back for ever, but after 204.
        if (hasAll) return bare.code(204).send()
        const stream = streamEvents(parts, listenTo)
        if ('code' in stream) return refuse(reply, tooMany)
        void reply.header('cache-control', 'no-store').header('x-accel-buffering', 'no')
        return bare.type('text/event-stream').send(stream)
      }
      const { waitSeconds } = request.query
      if (waitSeconds > 0 && stored.auction.seq <= listenTo.after) {
        const gone = new AbortController()
        reply.raw.once('close', () => gone.abort())
        const refusal = await awaitEvent(parts, listenTo, { waitMs: waitSeconds * 1_000, gone: gone.signal })
        if (refusal !== null) return refuse(reply, tooMany)
      }
      const now = await findFor(actorOf(request), id, engine)
      if (now === null) return refuse(reply, reject('auction_not_found'))
      // The journal may hold a commit of which nobody here has heard: what is shown is all of one state.
      const count = Math.min(now.auction.seq - listenTo.after, limits.resumeEventsMax)
      const events = count <= 0 ? [] : await store.entries(id, listenTo.after, count)
      charge(request, events.reduce((sum, { line }) => sum + line.length, 0) / CHARACTERS_FOR_ONE)
      return sendPublic(reply.header('cache-control', 'no-store'), {
        events: events.map(({ event }) => event),
        seq: now.auction.seq,
        head: now.head,
        epoch: store.epoch,
        over: isOver(now.auction),
      })
    },
  )
}

function rejectOtherLimit({ format }: Auction, given: { readonly maximum?: unknown; readonly minimum?: unknown }) {
  return given[formats[format].limit] === undefined ? reject('not_in_this_format') : null
}

function wantsStream(request: FastifyRequest): boolean {
  return (request.headers.accept ?? '').includes('text/event-stream')
}

/** A seq; behind it the epoch, where the stream was asked for with one. */
function lastSeen(request: FastifyRequest): { after: number; epoch: string | undefined } | null {
  const id = request.headers['last-event-id']
  const read = typeof id === 'string' ? /^(\d{1,15})(?:\.(\w{1,64}))?$/.exec(id) : null
  return read === null ? null : { after: Number(read[1]), epoch: read[2] }
}
