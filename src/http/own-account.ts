import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { email } from '../config/email.ts'
import { PASSWORD_MIN, passwordOf } from '../config.ts'
import { instant, toWire } from '../domain/instant.ts'
import { reject } from '../domain/rejection.ts'
import { text } from '../domain/schema.ts'
import { ownBidView, standingOf, youView, reserveOf } from '../domain/view.ts'
import { type YouView, commitment, ownBidView as ownBidShape, reserveView, salt, standingView } from '../domain/wire.ts'
import { commitMaximum, offeredBy } from '../ledger/commitment.ts'
import { atHome, atLeast, visitorOf } from './access.ts'
import { charge } from './budgets.ts'
import { ITEMS_FOR_ONE, catalogueCursor, cataloguePage, catalogueQuery } from './catalogue.ts'
import { type App, type AppParts, idParam, inLine, noQuery, pageOf, paging, wholeOf } from './parts.ts'
import { refuse } from './problem.ts'
import { lentUserView, showLent } from './tokens.ts'
import { DISPLAY_NAME_MAX, showUser, userView } from './users.ts'

const changes = z
  .strictObject({
    displayName: text(1, DISPLAY_NAME_MAX),
    password: passwordOf(PASSWORD_MIN),
    currentPassword: passwordOf(0),
    email: email.meta({ description: 'Counts once it is confirmed by the link in a mail that is sent to it' }),
  })
  .partial()
  .refine(({ displayName, password, email: address }) => (displayName ?? password ?? address) !== undefined, {
    message: 'change something',
  })
  .refine(
    ({ password, email: address, currentPassword: current }) =>
      (password ?? address) === undefined || current !== undefined,
    {
      path: ['currentPassword'],
      message: 'is needed for a new password or address',
    },
  )

const sessionView = z
  .object({
    id: z.string(),
    current: z.boolean().meta({ description: 'Whether this request is of it' }),
    createdAt: instant,
    device: z.string().nullable().meta({ description: 'From where it was begun, as the browser calls itself' }),
    lastUsedAt: instant.nullable().meta({ description: 'When it was begun or last refreshed' }),
    expiresAt: instant.meta({ description: 'Unless it is refreshed before' }),
  })
  .meta({ id: 'OwnSession' })

const myBidView = ownBidShape.extend({
  commitment,
  salt,
  standing: standingView,
  auction: z.object({
    id: z.string(),
    title: z.string(),
    currency: z.string(),
    status: z.string(),
    price: z.int().nullable(),
    reserve: reserveView,
    ownMaximum: z.int().nullable(),
    ownMinimum: z.int().nullable().optional().meta({ description: 'Where prices fall, in the place of `ownMaximum`' }),
    closesAt: instant.nullable(),
  }),
})

/** How far the bidder goes, by the name that the format has for it. */
function ownLimits({ maximum, minimum }: YouView) {
  return { ownMaximum: maximum, ...(minimum === undefined ? {} : { ownMinimum: minimum }) }
}

/** What people see and change of their own: account, bids, auctions, whom they block, and where they are signed in. */
export function ownAccountRoutes(
  app: App,
  { accounts, passwords, emails, mails, bus, clock, engine, store, catalogue, queue }: AppParts,
): void {
  const tags = ['accounts']
  const onRequest = atHome

  app.get(
    '/me',
    {
      schema: {
        tags,
        summary: 'My account',
        operationId: 'getMe',
        description: 'By a lent token only id, displayName and the role bidder.',
        response: { 200: z.union([userView, lentUserView]) },
      },
      onRequest: atLeast('bidder'),
    },
    async (request) => {
      const { user } = visitorOf(request)
      // Not as it was when they were signed in: the name may be another.
      return user.scope === 'bid' ? showLent(user) : showUser((await accounts.user(user.id))!)
    },
  )

  app.get(
    '/me/bids',
    {
      schema: {
        tags,
        summary: 'My bids, with my maxima',
        operationId: 'listMyBids',
        querystring: z.strictObject({ limit: paging.limit, cursor: z.uuid().optional() }),
        response: { 200: pageOf(myBidView) },
      },
      onRequest: [atLeast('bidder'), atHome],
      preHandler: inLine,
    },
    async (request) => {
      const { user } = visitorOf(request)
      const { limit, cursor = null } = request.query
      const page = await store.bidsOf(user.id, { limit, cursor })
      const items = []
      const nextPiece = queue.betweenPieces()
      for (const { auctionId, bid, salt } of page.items) {
        await nextPiece()
        const { auction } = (await engine.stored(auctionId))!
        items.push({
          ...ownBidView(bid, auction),
          commitment: commitMaximum(salt, auctionId, bid.bidId, offeredBy(bid)),
          salt,
          standing: standingOf(auction, user.id),
          auction: {
            id: auction.id,
            title: auction.title,
            currency: auction.currency,
            status: auction.stage.status,
            price: auction.standing?.price ?? null,
            reserve: reserveOf(auction),
            ...ownLimits(youView(auction, user.id)),
            closesAt: auction.closesAt === null ? null : toWire(auction.closesAt),
          },
        })
      }
      charge(request, items.length / ITEMS_FOR_ONE)
      return { items, nextCursor: page.nextCursor }
    },
  )

  app.get(
    '/me/auctions',
    {
      schema: {
        tags,
        summary: 'My auctions, drafts too',
        operationId: 'listMyAuctions',
        querystring: z.strictObject({
          limit: paging.limit,
          cursor: catalogueCursor,
          include: catalogueQuery.shape.include,
        }),
        response: { 200: cataloguePage },
      },
      onRequest: atLeast('bidder'),
    },
    async (request) => {
      const { user } = visitorOf(request)
      const page = await catalogue.page({ ...request.query, seller: user.id, sort: 'newest' }, user)
      charge(request, page.items.length / ITEMS_FOR_ONE)
      return page
    },
  )

  app.get(
    '/me/blocks',
    {
      schema: {
        tags,
        summary: 'Whom I keep out of my auctions',
        operationId: 'listBlocks',
        querystring: noQuery,
        response: { 200: wholeOf(z.string()) },
      },
      onRequest: atLeast('seller'),
    },
    async (request) => ({ items: [...(await accounts.blocks(visitorOf(request).user.id))], nextCursor: null }),
  )

  const block =
    (blocked: boolean) => async (request: FastifyRequest<{ Params: { id: string } }>, reply: FastifyReply) => {
      const { id } = request.params
      if ((await accounts.user(id)) === null) return refuse(reply, reject('user_not_found'))
      await accounts.setBlock(visitorOf(request).user.id, id, blocked)
      return reply.code(204).send()
    }
  const one = { params: z.object({ id: idParam }), response: { 204: z.null() } }
  const forSellers = atLeast('seller')
  app.put(
    '/me/blocks/:id',
    {
      schema: {
        tags,
        summary: 'Keep a bidder out of my auctions',
        operationId: 'addBlock',
        refusals: ['user_not_found'],
        ...one,
      },
      onRequest: forSellers,
    },
    block(true),
  )
  app.delete(
    '/me/blocks/:id',
    {
      schema: {
        tags,
        summary: 'Let a bidder in again',
        operationId: 'deleteBlock',
        refusals: ['user_not_found'],
        ...one,
      },
      onRequest: forSellers,
    },
    block(false),
  )

  app.patch(
    '/me',
    {
      schema: {
        tags,
        summary: 'Change my name, password or address',
        operationId: 'updateMe',
        refusals: ['invalid_credentials', 'email_taken'],
        description:
          'A new password or address needs the present password. A new password ends every other session. A new address counts once the link is followed that is sent to it, and both addresses are told; where the house sends no mail it counts at once. The name is shown to others from now on, also at what was before.',
        body: changes,
        response: { 200: userView },
      },
      onRequest,
      config: { budget: 'signIn' },
    },
    async (request, reply) => {
      const { user, sessionId } = visitorOf(request)
      const { displayName, password, email: address, currentPassword = '' } = request.body
      if ((password ?? address) !== undefined) {
        const known = await accounts.userByEmail(user.email)
        const isRight = await request.budgets.guess(request, user.email, () =>
          passwords.verify(currentPassword, known?.password ?? null, { for: 'sign-in', address: request.ip }),
        )
        if (!isRight) return refuse(reply, reject('invalid_credentials'))
      }
      if (password !== undefined) {
        const hash = await passwords.hash(password, { for: 'sign-in', address: request.ip })
        await accounts.setPassword(user.id, hash)
        // Whoever had the account may have asked for a link to another address.
        await emails.voidTokens(user.id)
        for (const ended of await accounts.endSessions(user.id, sessionId))
          bus.publish({ type: 'session-ended', sessionId: ended })
        await mails.tell(user.id, 'password_changed')
      }
      if (address !== undefined && address !== user.email) {
        if ((await accounts.userByEmail(address)) !== null) return refuse(reply, reject('email_taken'))
        if (mails.isOn) {
          await mails.verification(user, address)
          await mails.tell(user.id, 'email_changing', { email: address })
        } else if (!(await emails.changeEmail(user.id, address))) return refuse(reply, reject('email_taken'))
        else bus.publish({ type: 'user-renamed', userId: user.id })
      }
      if (displayName !== undefined) {
        await accounts.rename(user.id, displayName)
        bus.publish({ type: 'user-renamed', userId: user.id })
      }
      return reply.send(showUser((await accounts.user(user.id))!))
    },
  )

  app.get(
    '/me/sessions',
    {
      schema: {
        tags,
        summary: 'Where I am signed in',
        operationId: 'listMySessions',
        querystring: noQuery,
        response: { 200: wholeOf(sessionView) },
      },
      onRequest,
    },
    async (request) => {
      const { user, sessionId } = visitorOf(request)
      const devices = await emails.devices(user.id)
      const items = (await accounts.sessions(user.id, clock.now())).map(({ id, expiresAt }) => ({
        ...deviceViewOf(devices.get(id)),
        id,
        current: id === sessionId,
        createdAt: toWire(madeAt(id)),
        expiresAt: toWire(expiresAt),
      }))
      return { items, nextCursor: null }
    },
  )

  app.delete(
    '/me/sessions/:id',
    {
      schema: {
        tags,
        summary: 'Sign out one of my sessions',
        operationId: 'deleteMySession',
        refusals: ['not_found'],
        params: z.object({ id: idParam }),
        response: { 204: z.null() },
      },
      onRequest,
    },
    async (request, reply) => {
      const { id } = request.params
      const own = await accounts.sessions(visitorOf(request).user.id, clock.now())
      if (!own.some((one) => one.id === id)) return refuse(reply, reject('not_found'))
      await accounts.endSession(id)
      bus.publish({ type: 'session-ended', sessionId: id })
      return reply.code(204).send(null)
    },
  )
}

function deviceViewOf(seen: { device: string | null; usedAt: number | null } | undefined) {
  const { device = null, usedAt = null } = seen ?? {}
  return { device, lastUsedAt: usedAt === null ? null : toWire(usedAt) }
}

/** An id of ours begins with the time at which it was made (RFC 9562, UUIDv7). */
function madeAt(id: string): number {
  return Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)
}
