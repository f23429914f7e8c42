import { z } from 'zod'
import { isAdmin } from '../domain/access.ts'
import { isRejection, reject } from '../domain/rejection.ts'
import { TO_SELLER, mayReadPrivate, messageText, roomMessageView, speaker } from '../domain/room.ts'
import { uuid } from '../domain/schema.ts'
import { saidOf } from '../engine/room.ts'
import type { Conversation, ListedConversation } from '../engine/room-ports.ts'
import { messageView } from '../live/room-frames.ts'
import { atHome, atLeast, visitorOf } from './access.ts'
import { charge } from './budgets.ts'
import { ITEMS_FOR_ONE } from './catalogue.ts'
import { REPLAYED, readKey } from './idempotency.ts'
import { type App, type AppParts, findFor, idParam, pageOf, paging } from './parts.ts'
import { refuse } from './problem.ts'
import { messagePage, messagesQuery, pageOfMessages, viewOf } from './room.ts'
import type { Identity } from '../live/identity.ts'

const flag = z.enum(['true', 'false']).default('false')
const ofAuction = z.object({ id: uuid, title: z.string() })

const conversationView = z
  .object({
    id: uuid,
    auction: ofAuction,
    with: speaker.meta({ description: 'The other side: `seller`, or the asker as the auction knows them' }),
    unread: z.int().meta({ description: 'Messages of the other side that were not read' }),
    last: roomMessageView,
  })
  .meta({ id: 'Conversation' })

const reportedView = z
  .object({
    auction: ofAuction,
    message: roomMessageView,
    reports: z.int().meta({ description: 'How many reported it' }),
  })
  .meta({ id: 'Reported' })

const params = z.object({ id: idParam })

/** Private questions to sellers and their answers, and what readers reported. */
export function conversationRoutes(app: App, { engine, rooms, roomRecords: records }: AppParts): void {
  const tags = ['room']
  const onRequest = [atLeast('bidder'), atHome]

  app.get(
    '/me/conversations',
    {
      schema: {
        tags,
        summary: 'My questions to sellers, and those that I was asked',
        operationId: 'listMyConversations',
        description:
          'The one with the latest message first. One an auction and asker, until 30 days after the end of the auction. `unread=true` leaves out what was read; `all=true` lists those of everybody, to admins.',
        querystring: z.strictObject({ limit: paging.limit, cursor: uuid.optional(), unread: flag, all: flag }),
        response: { 200: pageOf(conversationView) },
      },
      onRequest,
    },
    async (request, reply) => {
      const { user } = visitorOf(request)
      const { limit, cursor = null, unread, all } = request.query
      if (all === 'true' && !isAdmin(user)) return refuse(reply, reject('forbidden'))
      const query = { userId: user.id, all: all === 'true', unread: unread === 'true', limit, cursor }
      const { items, nextCursor } = await records.conversations(query)
      charge(request, items.length / ITEMS_FOR_ONE)
      return reply.send({ items: items.map((one) => listedView(one, user.id)), nextCursor })
    },
  )

  const find = async ({ user }: Identity, id: string): Promise<Conversation | null> => {
    const conversation = await records.conversation(id)
    const stored = conversation === null ? null : await findFor(user, conversation.auctionId, engine)
    if (stored === null) return null
    return mayReadPrivate(stored.auction, conversation!.askerId, user) ? conversation : null
  }

  app.get(
    '/conversations/:id/messages',
    {
      schema: {
        tags,
        summary: 'What was said in a conversation, newest first',
        operationId: 'listConversationMessages',
        refusals: ['conversation_not_found'],
        description:
          'For the two of it, and admins. The newest page, asked for by one of the two, marks the conversation as read by them.',
        params,
        querystring: messagesQuery,
        response: { 200: messagePage },
      },
      onRequest,
    },
    async (request, reply) => {
      const visitor = visitorOf(request)
      const { id } = request.params
      const conversation = await find(visitor, id)
      if (conversation === null) return refuse(reply, reject('conversation_not_found'))
      const { limit, before = null } = request.query
      const found = await records.asked(id, { before, limit: limit + 1 })
      charge(request, found.length / ITEMS_FOR_ONE)
      // HEAD shows nobody anything.
      const isShown = before === null && request.method === 'GET'
      const side = isShown ? await sideOf(conversation, visitor) : null
      if (side !== null && found.length > 0) await records.markRead(id, side, found[0]!.number)
      return reply.send(pageOfMessages(found.map(saidOf), limit))
    },
  )

  /** On whose side somebody reads; null for an admin who is neither. */
  const sideOf = async ({ askerId, auctionId }: Conversation, { user }: Identity) => {
    if (askerId === user.id) return 'asker'
    const stored = await engine.stored(auctionId)
    return stored?.auction.sellerId === user.id ? 'seller' : null
  }

  app.post(
    '/conversations/:id/messages',
    {
      schema: {
        tags,
        summary: 'Answer in a conversation',
        operationId: 'createConversationMessage',
        refusals: ['muted', 'conversation_not_found', 'room_closed', 'rate_limited'],
        description: 'With an Idempotency-Key a repeated one gives the same message, not another.',
        headers: z.object({ 'idempotency-key': z.string().optional() }),
        params,
        body: z.strictObject({ text: messageText }),
        response: { 201: roomMessageView },
      },
      onRequest,
    },
    async (request, reply) => {
      const person = visitorOf(request)
      const named = readKey(request)
      if (isRejection(named)) return refuse(reply, named)
      const conversation = await find(person, request.params.id)
      if (conversation === null) return refuse(reply, reject('conversation_not_found'))
      const said = await rooms.answer(conversation, { person, text: request.body.text, key: named.key })
      if (!said.ok) return refuse(reply, said.rejection)
      if (said.repeated) void reply.header(REPLAYED, 'true')
      return reply.code(201).send(viewOf(said, named.key))
    },
  )

  app.get(
    '/me/reports',
    {
      schema: {
        tags,
        summary: 'Messages of my auctions that readers reported',
        operationId: 'listReports',
        description: 'To admins those of all auctions. What was removed is left out.',
        querystring: z.strictObject({ limit: paging.limit, cursor: uuid.optional() }),
        response: { 200: pageOf(reportedView) },
      },
      onRequest: [atLeast('seller'), atHome],
    },
    async (request, reply) => {
      const { user } = visitorOf(request)
      const { limit, cursor = null } = request.query
      const { items, nextCursor } = await records.reported(isAdmin(user) ? null : user.id, { limit, cursor })
      charge(request, items.length / ITEMS_FOR_ONE)
      return reply.send({
        items: items.map(({ message, title, reports }) => ({
          auction: { id: message.auctionId, title },
          message: messageView(saidOf(message)),
          reports,
        })),
        nextCursor,
      })
    },
  )
}

function listedView(
  { id, auctionId, title, askerId, asker, unread, last }: ListedConversation,
  userId: string,
): z.output<typeof conversationView> {
  const other = askerId === userId ? TO_SELLER : asker
  return { id, auction: { id: auctionId, title }, with: other, unread, last: messageView(saidOf(last)) }
}
