import type { FastifyReply, FastifyRequest } from 'fastify'
import { randomUUIDv7 } from 'node:crypto'
import { z } from 'zod'
import { rejectStranger, rejectUnlessUnseen } from '../domain/access.ts'
import type { Auction } from '../domain/auction.ts'
import { isRejection, reject, type Rejection } from '../domain/rejection.ts'
import { auctionBody, changesBody } from '../domain/bodies.ts'
import { type ListedAuctionView, auctionView, paddle } from '../domain/wire.ts'
import { paddleOf } from '../domain/view.ts'
import { type UntimedCommand, ANYONE_MAY } from '../engine/engine.ts'
import type { Verdict } from '../engine/submission.ts'
import type { StoredAuction, Labels } from '../engine/ports.ts'
import { actorOf, atLeast, visitorOf } from './access.ts'
import { charge } from './budgets.ts'
import { ITEMS_FOR_ONE, SEARCH_COST, cataloguePage, catalogueQuery } from './catalogue.ts'
import { REPLAYED, hashOf, readKey } from './idempotency.ts'
import { rejectMissing } from './images.ts'
import { type App, type AppParts, findFor, idParam, noQuery, sendPublic, wholeOf } from './parts.ts'
import { refuse } from './problem.ts'
import type { ShownAuctions } from './shown-auctions.ts'

const params = z.object({ id: idParam })
const bidderView = z.object({
  paddle,
  user: z.object({ id: z.string(), displayName: z.string(), email: z.string() }),
})

/** Making, finding, changing and deleting them; the acts that move them are in hammer.ts. */
export function auctionRoutes(app: App, parts: AppParts, shown: ShownAuctions): void {
  const { engine, store, accounts, pictures, copies, catalogue, clock, rooms } = parts
  const tags = ['auctions']

  /** Long texts of many requests in one transaction would keep the bids beside them waiting. */
  let latest: Promise<unknown> = Promise.resolve()
  const oneByOne = <Made>(store: () => Promise<Made>): Promise<Made> => {
    const stored = latest.then(store)
    latest = stored.catch(() => undefined)
    return stored
  }

  /** Another auction of the seller that has the external id already. */
  const rejectTaken = async (
    id: string,
    sellerId: string,
    { externalId }: Partial<Labels>,
  ): Promise<Rejection | null> => {
    const holder = typeof externalId === 'string' ? await store.labelled(sellerId, externalId) : null
    return holder === null || holder === id ? null : reject('external_id_taken', { auction: holder })
  }

  /** A new id, or under a key the one that it has from the first time on; null where that asked for something else. */
  const idFor = async (request: FastifyRequest, userId: string, key: string | null): Promise<string | null> => {
    const made = randomUUIDv7()
    if (key === null) return made
    const asked = { userId, key, request: hashOf(request.body), made, at: clock.now() }
    const claimed = await accounts.claim(asked)
    return claimed.request === asked.request ? claimed.made : null
  }

  app.post(
    '/auctions',
    {
      schema: {
        tags,
        summary: 'Create an auction',
        operationId: 'createAuction',
        refusals: ['idempotency_key_required', 'idempotency_key_reused', 'external_id_taken'],
        description:
          'Its end is `closesAt` or `durationSeconds`, one of them. Without `opensAt` it opens at once, but where `status` is `draft`. With an Idempotency-Key it is made once: repeated with the same body, the answer is the auction as it is by then, with `Idempotency-Replayed: true`. A key is of its account and kept for a week, or until the draft that was made by it is deleted. An `externalId` is unique among the auctions of a seller, and refused with the id of the auction that has it. Texts are kept trimmed, as NFC, and without characters that nobody sees. The named tables of increments are in /docs/rules.',
        headers: z.object({ 'idempotency-key': z.string().optional() }),
        body: auctionBody,
        response: { 201: auctionView },
      },
      onRequest: atLeast('seller'),
    },
    async (request, reply) => {
      const { user } = visitorOf(request)
      if (user.role !== 'admin') request.budgets.take(request, 'creations', sizeOf(request))
      const missing = await rejectMissing(request.body.images, pictures)
      if (missing !== null) return refuse(reply, missing)
      const named = readKey(request)
      if (isRejection(named)) return refuse(reply, named)
      const id = await idFor(request, user.id, named.key)
      if (id === null) return refuse(reply, reject('idempotency_key_reused'))
      const { externalId, metadata, room, ...auction } = request.body
      const labels = { externalId, metadata }
      const act: UntimedCommand = { type: 'create', id, sellerId: user.id, auction }
      const made = await oneByOne<Verdict | StoredAuction | Rejection>(async () => {
        const stored = await engine.stored(id)
        if (stored !== null) return stored
        // Before it is made: it is never there without its labels.
        const isLabelled = externalId !== null || Object.keys(metadata).length > 0
        if (isLabelled && !(await store.setLabels(id, user.id, labels)))
          return (await rejectTaken(id, user.id, labels)) ?? reject('try_again')
        if (room !== undefined) await rooms.settings.change(id, room, user.id)
        return engine.submitCommand(id, act, user.id, ANYONE_MAY)
      })
      if (isRejection(made)) return refuse(reply, made)
      if ('ok' in made && !made.ok) return refuse(reply, made.rejection)
      void reply.code(201).header('location', `/v1/auctions/${id}`)
      if ('auction' in made) return shown.show(made, request, reply.header(REPLAYED, 'true'))
      copies.want(request.body.images, user.id)
      return shown.show(made.stored, request, reply)
    },
  )

  app.get(
    '/auctions',
    {
      schema: {
        tags,
        summary: 'The catalogue',
        operationId: 'listAuctions',
        description:
          'Highest price and most bids come first; in `closing` those that are over come last. Descriptions are cut after 160 characters; increments come with `include=increments`. Of `q` the first eight words of two letters or more are looked for.',
        querystring: catalogueQuery,
        response: { 200: cataloguePage },
      },
    },
    async (request, reply) => {
      const page = await catalogue.page(request.query, actorOf(request))
      charge(request, page.items.length / ITEMS_FOR_ONE + (request.query.q === undefined ? 0 : SEARCH_COST))
      return page.items.every(isPublic) ? sendPublic(reply, page) : reply.send(page)
    },
  )

  app.get(
    '/auctions/:id',
    {
      schema: {
        tags,
        summary: 'One auction',
        operationId: 'getAuction',
        refusals: ['auction_not_found'],
        description: 'With an ETag; 304 where If-None-Match names it.',
        params,
        response: { 200: auctionView, 304: z.null() },
      },
    },
    async (request, reply) => {
      const actor = actorOf(request)
      const stored = await findFor(actor, request.params.id, engine)
      if (stored === null) return refuse(reply, reject('auction_not_found'))
      const { view, tag } = await shown.viewFor(stored, actor)
      void reply.header('etag', tag).header('cache-control', 'no-cache').header('vary', 'Origin, Authorization')
      const known = request.headers['if-none-match']
      const plain: FastifyReply = reply
      if (known?.split(',').some((one) => one.trim() === tag) === true) return plain.code(304).send()
      return isPublic(view) ? sendPublic(reply, view) : reply.send(view)
    },
  )

  app.patch(
    '/auctions/:id',
    {
      schema: {
        tags,
        summary: 'Change an auction',
        operationId: 'updateAuction',
        refusals: [
          'precondition_failed',
          'auction_not_found',
          'auction_has_bids',
          'auction_already_open',
          'auction_closed',
          'auction_cancelled',
          'external_id_taken',
        ],
        description:
          'Before the first bid anything, the currency until the opening; afterwards only additions to the description: the new one begins with the whole old one. `externalId`, `metadata` and `room` always, also when it is over; of `room` what is not named stays. `terms` and `metadata` are replaced as a whole. With If-Match, the ETag that was read, it changes no state but that.',
        headers: z.object({ 'if-match': z.string().optional() }),
        params,
        body: changesBody,
        response: { 200: auctionView },
      },
      onRequest: atLeast('seller'),
    },
    async (request, reply) => {
      const { user } = visitorOf(request)
      const { id } = request.params
      if (user.role !== 'admin') request.budgets.take(request, 'edits', sizeOf(request))
      const missing = await rejectMissing(request.body.images ?? [], pictures)
      if (missing !== null) return refuse(reply, missing)
      const { externalId, metadata, room, ...changes } = request.body
      const labels = { ...(externalId !== undefined && { externalId }), ...(metadata !== undefined && { metadata }) }
      const changed = await oneByOne<Verdict>(async () => {
        const stored = await findFor(user, id, engine)
        if (stored === null) return { ok: false, rejection: reject('auction_not_found'), asOfSeq: null, receipt: null }
        const { sellerId, seq } = stored.auction
        const before = await shown.besides(stored.auction, user)
        const permit = (auction: Auction) =>
          rejectStranger(auction, user) ?? shown.rejectChanged(request, auction, before)
        const refusal = permit(stored.auction) ?? (await rejectTaken(id, sellerId, labels))
        if (refusal !== null) return { ok: false, rejection: refusal, asOfSeq: seq, receipt: null }
        const verdict: Verdict =
          Object.keys(changes).length === 0
            ? { ok: true, stored, answer: null }
            : await engine.submitCommand(id, { type: 'update', changes }, user.id, permit)
        if (verdict.ok && Object.keys(labels).length > 0) await store.setLabels(id, sellerId, labels)
        if (verdict.ok && room !== undefined) await rooms.settings.change(id, room, user.id)
        return verdict
      })
      if (changed.ok) copies.want(changes.images ?? [], changed.stored.auction.sellerId)
      return changed.ok ? shown.show(changed.stored, request, reply) : refuse(reply, changed.rejection, changed)
    },
  )

  app.delete(
    '/auctions/:id',
    {
      schema: {
        tags,
        summary: 'Delete a draft',
        operationId: 'deleteAuction',
        refusals: ['precondition_failed', 'auction_not_found', 'auction_not_draft'],
        description: 'One that was never anything but a draft: what others could see stays for ever.',
        headers: z.object({ 'if-match': z.string().optional() }),
        params,
        response: { 204: z.null() },
      },
      onRequest: atLeast('seller'),
    },
    async (request, reply) => {
      const { user } = visitorOf(request)
      if (user.role !== 'admin') request.budgets.take(request, 'edits')
      const stored = await findFor(user, request.params.id, engine)
      if (stored === null) return refuse(reply, reject('auction_not_found'))
      const besides = await shown.besides(stored.auction, user)
      const permit = (auction: Auction) =>
        rejectStranger(auction, user) ?? shown.rejectChanged(request, auction, besides) ?? rejectUnlessUnseen(auction)
      const refusal = await engine.remove(request.params.id, permit)
      return refusal === null ? reply.code(204).send(null) : refuse(reply, refusal)
    },
  )

  app.get(
    '/auctions/:id/bidders',
    {
      schema: {
        tags,
        summary: 'Who the paddles are',
        operationId: 'listBidders',
        refusals: ['auction_not_found'],
        description: 'For admins always, for the seller after the close.',
        params,
        querystring: noQuery,
        response: { 200: wholeOf(bidderView) },
      },
      onRequest: atLeast('seller'),
    },
    async (request, reply) => {
      const { user } = visitorOf(request)
      const stored = await findFor(user, request.params.id, engine)
      if (stored === null) return refuse(reply, reject('auction_not_found'))
      const { sellerId, stage, paddles } = stored.auction
      const afterClose = user.id === sellerId && stage.status === 'closed'
      if (user.role !== 'admin' && !afterClose) return refuse(reply, reject('forbidden'))
      const items = []
      for (const [userId, number] of paddles) {
        const { id, displayName, email } = (await accounts.user(userId))!
        items.push({ paddle: paddleOf(number), user: { id, displayName, email } })
      }
      return reply.send({ items, nextCursor: null })
    },
  )
}

/** What a text costs its seller: each 8 KiB as much as a plain auction. */
function sizeOf({ body }: FastifyRequest): number {
  return Math.max(1, Buffer.byteLength(JSON.stringify(body)) / BYTES_FOR_ONE)
}

const BYTES_FOR_ONE = 8 * 1024

/** Whether it is shown as everyone may see it: sellers and admins see the reserve. */
function isPublic({ terms }: ListedAuctionView): boolean {
  return terms.reservePrice === undefined
}
