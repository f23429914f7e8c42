import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { limits } from '../config/limits.ts'
import {
  DEFAULT_PREFERENCES,
  type Preferences,
  type PreferencesChanges,
  type PreferencesView,
  mailLanguage,
  preferencesView,
  waysByKind,
} from '../domain/notices.ts'
import { reject } from '../domain/rejection.ts'
import { uuid } from '../domain/schema.ts'
import { noticeViewOf } from '../engine/notice-view.ts'
import { noticeView } from '../protocol.ts'
import { atHome, atLeast, visitorOf } from './access.ts'
import { charge } from './budgets.ts'
import { ITEMS_FOR_ONE, cataloguePage, catalogueQuery } from './catalogue.ts'
import { readerOf } from './page-texts.ts'
import { type App, type AppParts, findFor, idParam, inLine, noQuery, pageOf, paging } from './parts.ts'
import { refuse } from './problem.ts'

/** Their names are those of the IANA database. */
const timeZone = z.string().max(64).refine(isTimeZone, 'is no time zone such as Europe/Madrid')
/** What is not named stays as it is. `email` is what an answer shows beside them, so that it can be sent back whole. */
const preferencesInput = z
  .strictObject({
    language: mailLanguage,
    timeZone,
    notices: z.strictObject(waysByKind).partial(),
    email: preferencesView.shape.email.meta({ description: 'Not changed here' }),
  })
  .partial()

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

/** Watchlist, notices, and how people want to be told. */
export function toldRoutes(app: App, { told, emails, mails, engine, catalogue, clock }: AppParts): void {
  const tags = ['notices']
  const onRequest = atHome
  const lot = { params: z.object({ id: idParam }), response: { 204: z.null() } }

  app.get(
    '/me/watchlist',
    {
      schema: {
        tags,
        summary: 'The lots I watch',
        operationId: 'listWatched',
        description: `As \`GET /v1/auctions\` lists them, at most ${limits.watchlistMax}: those that close first come first. This list is given whole, and takes neither \`limit\` nor \`cursor\`.`,
        querystring: noQuery,
        response: { 200: cataloguePage },
      },
      onRequest,
      preHandler: inLine,
    },
    async (request) => {
      const { user } = visitorOf(request)
      const ids = await told.watched(user.id)
      if (ids.length === 0) return { items: [], nextCursor: null, total: 0 }
      const query = catalogueQuery.parse({ limit: String(limits.watchlistMax), ids: [...ids] })
      const page = await catalogue.page(query, user)
      charge(request, page.items.length / ITEMS_FOR_ONE)
      return page
    },
  )

  app.put(
    '/me/watchlist/:id',
    {
      schema: {
        tags,
        summary: 'Watch a lot',
        operationId: 'addWatched',
        description: `Of more than ${limits.watchlistMax} lots those that were added first go.`,
        refusals: ['auction_not_found'],
        ...lot,
      },
      onRequest,
    },
    async (request, reply) => {
      const { user } = visitorOf(request)
      const stored = await findFor(user, request.params.id, engine)
      if (stored === null) return refuse(reply, reject('auction_not_found'))
      await told.watch(user.id, stored.auction.id, clock.now(), limits.watchlistMax)
      return reply.code(204).send(null)
    },
  )

  app.delete(
    '/me/watchlist/:id',
    { schema: { tags, summary: 'Watch a lot no more', operationId: 'deleteWatched', ...lot }, onRequest },
    async (request, reply) => {
      await told.unwatch(visitorOf(request).user.id, request.params.id)
      return reply.code(204).send(null)
    },
  )

  app.get(
    '/me/notices',
    {
      schema: {
        tags,
        summary: 'What I was told',
        operationId: 'listNotices',
        description:
          'The newest first, for 90 days. Of one kind and lot there is one that is unread: a newer one takes its place. Live they come over `GET /v1/live`.',
        querystring: z.strictObject({
          limit: paging.limit,
          cursor: uuid.optional(),
          unread: z.enum(['true', 'false']).optional(),
        }),
        response: { 200: pageOf(noticeView).extend({ unread: z.int().meta({ description: 'How many are unread' }) }) },
      },
      onRequest,
    },
    async (request) => {
      const { user } = visitorOf(request)
      const { limit, cursor = null, unread } = request.query
      const page = await told.notices(user.id, { limit, cursor, unread: unread === 'true' })
      return {
        items: page.items.map(noticeViewOf),
        nextCursor: page.nextCursor,
        unread: await told.unreadCount(user.id),
      }
    },
  )

  app.post(
    '/me/notices/read',
    {
      schema: {
        tags,
        summary: 'Mark notices as read',
        operationId: 'updateNotices',
        body: z.union([
          z.strictObject({ ids: z.array(uuid).min(1).max(limits.noticesReadMax) }),
          z.strictObject({ all: z.literal(true) }),
        ]),
        response: { 204: z.null() },
      },
      onRequest,
    },
    async (request, reply) => {
      await told.read(visitorOf(request).user.id, 'all' in request.body ? 'all' : request.body.ids)
      return reply.code(204).send(null)
    },
  )

  const viewOf = async ({ notices, ...others }: Preferences, userId: string): Promise<PreferencesView> => {
    const lists = Object.fromEntries(Object.entries(notices).map(([kind, list]) => [kind, [...list]]))
    const email = !mails.isOn ? 'off' : (await emails.verifiedAt(userId)) === null ? 'unverified' : 'verified'
    return { ...others, notices: lists as PreferencesView['notices'], email }
  }

  /** Those of somebody who never set any: in the language of whoever asks. */
  const otherwise = (request: FastifyRequest): Preferences => ({
    ...DEFAULT_PREFERENCES,
    language: readerOf(request).language,
  })

  app.get(
    '/me/preferences',
    {
      schema: { tags, summary: 'How I am told', operationId: 'getPreferences', response: { 200: preferencesView } },
      onRequest: [atLeast('bidder'), atHome],
    },
    async (request) => {
      const { id } = visitorOf(request).user
      return viewOf((await told.preferences([id])).get(id) ?? otherwise(request), id)
    },
  )

  app.put(
    '/me/preferences',
    {
      schema: {
        tags,
        summary: 'Set how I am told',
        operationId: 'updatePreferences',
        description: 'For each kind of notice the ways by which it goes; what is not named stays as it is.',
        body: preferencesInput,
        response: { 200: preferencesView },
      },
      onRequest,
    },
    async (request) => {
      const { id } = visitorOf(request).user
      const { notices = {}, email: _, ...others } = request.body
      const named = Object.entries(notices).map(([kind, list]) => [kind, [...new Set(list)]])
      const changes: PreferencesChanges = {
        ...others,
        notices: Object.fromEntries(named) as Partial<Preferences['notices']>,
      }
      return viewOf(await told.changePreferences(id, changes, otherwise(request)), id)
    },
  )
}
