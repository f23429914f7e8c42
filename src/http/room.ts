import { z } from 'zod'
import { limits } from '../config/limits.ts'
import { owns } from '../domain/access.ts'
import { instant, toWire } from '../domain/instant.ts'
import { isRejection, reject, type Rejection } from '../domain/rejection.ts'
import {
  TO_ROOM,
  mayRead,
  messageText,
  recipient,
  roomMessageView,
  roomSettings,
  speaker,
  speakerOf,
} from '../domain/room.ts'
import { reason, uuid } from '../domain/schema.ts'
import { RoomModeration } from '../engine/room-moderation.ts'
import { type Said, saidOf } from '../engine/room.ts'
import { messageView } from '../live/room-frames.ts'
import { atHome, atLeast, visitorOf } from './access.ts'
import { charge } from './budgets.ts'
import { ITEMS_FOR_ONE } from './catalogue.ts'
import { REPLAYED, readKey } from './idempotency.ts'
import { type App, type AppParts, findFor, idParam, noQuery, pageOf, paging, wholeOf } from './parts.ts'
import { refuse } from './problem.ts'

const params = z.object({ id: idParam })
const ofMessage = params.extend({ messageId: idParam })
const ofSpeaker = params.extend({ speaker })
const headers = z.object({ 'idempotency-key': z.string().optional() })
/** A page of messages; `before` and `nextCursor` are the id of one. */
export const messagesQuery = z.strictObject({ limit: paging.limit, before: uuid.optional() })
export const messagePage = pageOf(roomMessageView)

const partView = z
  .object({
    room: roomSettings,
    speaker: speaker.nullable().meta({
      description: 'Under which name I speak here; null before the first message of somebody without a paddle',
    }),
    mayRead: z.boolean(),
    mayWrite: z.boolean(),
    mayAsk: z.boolean(),
    mute: z
      .object({ until: instant.nullable() })
      .nullable()
      .meta({ description: 'Whether I am muted, and until when (`until` is null for good)' }),
    conversation: uuid.nullable().meta({ description: 'My conversation with the seller, if there is one' }),
  })
  .meta({ id: 'RoomPart' })

const muteView = z.object({ speaker, until: instant.nullable() }).meta({ id: 'Mute' })

/** What is said in the room of an auction, and what its seller and the house do about it. */
export function roomRoutes(app: App, parts: AppParts): void {
  const { engine, rooms, roomRecords: records, clock } = parts
  const moderation = new RoomModeration({ ...parts, records }, rooms)
  const tags = ['room']
  const onRequest = [atLeast('bidder'), atHome]
  const forSellers = [atLeast('seller'), atHome]

  app.get(
    '/auctions/:id/messages',
    {
      schema: {
        tags,
        summary: 'What was said in the room, newest first',
        operationId: 'listMessages',
        refusals: ['auction_not_found', 'room_closed'],
        description: 'For whoever may read the room, until 30 days after the end. What was removed is left out.',
        params,
        querystring: messagesQuery,
        response: { 200: messagePage },
      },
      onRequest,
    },
    async (request, reply) => {
      const { user } = visitorOf(request)
      const { id } = request.params
      const stored = await findFor(user, id, engine)
      if (stored === null) return refuse(reply, reject('auction_not_found'))
      const settings = await rooms.settings.of(id)
      if (!mayRead(settings, stored.auction, user)) return refuse(reply, reject('room_closed'))
      const { limit, before = null } = request.query
      const found = await records.said(id, { before, limit: limit + 1 })
      charge(request, found.length / ITEMS_FOR_ONE)
      return reply.send(pageOfMessages(found.map(saidOf), limit))
    },
  )

  app.post(
    '/auctions/:id/messages',
    {
      schema: {
        tags,
        summary: 'Say something in the room, or ask the seller',
        operationId: 'createMessage',
        refusals: [
          'idempotency_key_required',
          'muted',
          'auction_not_found',
          'speaker_not_found',
          'room_closed',
          'rate_limited',
        ],
        description:
          'To the room (`to: "room"`), in private to the seller (`"seller"`), or, from the seller and admins, to a speaker. The Idempotency-Key is required; a repeated one gives the same message, not another, with `Idempotency-Replayed: true`. Five at once, then one in 2 s a speaker; 20 a second a room.',
        headers,
        params,
        body: z.strictObject({ text: messageText, to: recipient.default(TO_ROOM) }),
        response: { 201: roomMessageView },
      },
      onRequest,
    },
    async (request, reply) => {
      const named = readKey(request)
      if (isRejection(named)) return refuse(reply, named)
      const { key } = named
      if (key === null) return refuse(reply, reject('idempotency_key_required'))
      const { id: auctionId } = request.params
      const said = await rooms.say({ auctionId, person: visitorOf(request), key, ...request.body })
      if (!said.ok) return refuse(reply, said.rejection)
      if (said.repeated) void reply.header(REPLAYED, 'true')
      return reply.code(201).send(viewOf(said, key))
    },
  )

  app.delete(
    '/auctions/:id/messages/:messageId',
    {
      schema: {
        tags,
        summary: 'Remove a message',
        operationId: 'deleteMessage',
        refusals: ['auction_not_found', 'message_not_found'],
        description:
          'Its text is gone for good; who removed it and why is recorded. What the house said, or was said in private, only admins remove.',
        params: ofMessage,
        body: z.strictObject({ reason }),
        response: { 204: z.null() },
      },
      onRequest: forSellers,
    },
    async (request, reply) => {
      const { user } = visitorOf(request)
      if (user.role !== 'admin') request.budgets.take(request, 'edits')
      const { id, messageId } = request.params
      const refusal = await moderation.remove(id, messageId, user, request.body.reason)
      return refusal === null ? reply.code(204).send(null) : refuse(reply, refusal)
    },
  )

  app.post(
    '/auctions/:id/messages/:messageId/report',
    {
      schema: {
        tags,
        summary: 'Report a message to the seller and the house',
        operationId: 'addReport',
        refusals: ['auction_not_found', 'message_not_found', 'rate_limited'],
        params: ofMessage,
        body: z.strictObject({}).nullish(),
        response: { 204: z.null() },
      },
      onRequest,
    },
    async (request, reply) => {
      const { id, messageId } = request.params
      const refusal = await moderation.report(id, messageId, visitorOf(request).user)
      return refusal === null ? reply.code(204).send(null) : refuse(reply, refusal)
    },
  )

  app.get(
    '/auctions/:id/room',
    {
      schema: {
        tags,
        summary: 'My part in the room',
        operationId: 'getRoom',
        refusals: ['auction_not_found'],
        params,
        response: { 200: partView },
      },
      onRequest,
    },
    async (request, reply) => {
      const person = visitorOf(request)
      const { user } = person
      const { id } = request.params
      const stored = await findFor(user, id, engine)
      if (stored === null) return refuse(reply, reject('auction_not_found'))
      const { auction } = stored
      const room = await rooms.settings.of(id)
      const isOwner = owns(auction, user)
      const [{ number, mute }, conversation, may] = await Promise.all([
        records.standing({ auctionId: id, userId: user.id, keyHash: null, at: clock.now() }),
        records.conversationOf(id, user.id),
        rooms.mayWrite(auction, person),
      ])
      return reply.send({
        room,
        speaker: speakerOf(auction, user) ?? (number === null ? null : `V${number}`),
        mayRead: mayRead(room, auction, user),
        mayWrite: may.room,
        mayAsk: may.seller,
        mute: mute === null || isOwner ? null : { until: mute.until === null ? null : toWire(mute.until) },
        conversation: conversation?.id ?? null,
      })
    },
  )

  app.get(
    '/auctions/:id/mutes',
    {
      schema: {
        tags,
        summary: 'Who is muted',
        operationId: 'listMutes',
        refusals: ['auction_not_found'],
        params,
        querystring: noQuery,
        response: { 200: wholeOf(muteView) },
      },
      onRequest: forSellers,
    },
    async (request, reply) => {
      const { user } = visitorOf(request)
      const { id } = request.params
      const stored = await findFor(user, id, engine)
      if (stored === null) return refuse(reply, reject('auction_not_found'))
      if (!owns(stored.auction, user)) return refuse(reply, reject('forbidden'))
      const items = (await records.mutes(id, clock.now())).map((one) => ({
        speaker: one.speaker,
        until: one.until === null ? null : toWire(one.until),
      }))
      return reply.send({ items, nextCursor: null })
    },
  )

  const muteRefusals = ['auction_not_found', 'speaker_not_found'] as const
  app.put(
    '/auctions/:id/mutes/:speaker',
    {
      schema: {
        tags,
        summary: 'Mute a speaker',
        operationId: 'addMute',
        refusals: muteRefusals,
        description: 'For `seconds`, or for good where that is left out or null. Whoever is muted goes on reading.',
        params: ofSpeaker,
        body: z.strictObject({ seconds: z.int().min(1).max(limits.muteSecondsMax).nullish() }).nullish(),
        response: { 204: z.null() },
      },
      onRequest: forSellers,
    },
    async (request, reply) => {
      const { user } = visitorOf(request)
      if (user.role !== 'admin') request.budgets.take(request, 'edits')
      const { id, speaker } = request.params
      const refusal = await moderation.mute(id, speaker, user, request.body?.seconds ?? null)
      return refusal === null ? reply.code(204).send(null) : refuse(reply, refusal)
    },
  )
  app.delete(
    '/auctions/:id/mutes/:speaker',
    {
      schema: {
        tags,
        summary: 'Let a speaker write again',
        operationId: 'deleteMute',
        refusals: muteRefusals,
        params: ofSpeaker,
        response: { 204: z.null() },
      },
      onRequest: forSellers,
    },
    async (request, reply) => {
      const { user } = visitorOf(request)
      if (user.role !== 'admin') request.budgets.take(request, 'edits')
      const { id, speaker } = request.params
      const refusal: Rejection | null = await moderation.mute(id, speaker, user, undefined)
      return refusal === null ? reply.code(204).send(null) : refuse(reply, refusal)
    },
  )
}

/** A page, out of messages of which `limit + 1` were asked for. */
export function pageOfMessages(
  found: readonly ReturnType<typeof saidOf>[],
  limit: number,
): z.output<typeof messagePage> {
  const items = found.slice(0, limit).map((message) => messageView(message))
  return { items, nextCursor: found.length > limit ? items.at(-1)!.id : null }
}

export function viewOf({ message }: Extract<Said, { ok: true }>, key: string | null): z.output<typeof roomMessageView> {
  return messageView(message, key)
}
