import type { FastifyReply, FastifyRequest } from 'fastify'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { WebSocket } from 'ws'
import { type Closing, closeCodes } from '../codes.ts'
import { limits } from '../config/limits.ts'
import { AuctionChannel, type AuctionChannelDependencies } from '../live/auction-channel.ts'
import { CatalogueChannel } from '../live/catalogue-channel.ts'
import type { Resume } from '../live/hub.ts'
import type { NoticeBoard } from '../live/notice-board.ts'
import type { PriceTicker } from '../live/price-ticker.ts'
import type { Peer } from '../live/socket.ts'
import type { Authenticate } from '../live/identity.ts'
import { readBearer } from './access.ts'
import { comesFromAllowed, originOfLent, type OriginRule, ownOriginRule } from './origin.ts'
import { reject } from '../domain/rejection.ts'
import { SUBPROTOCOL } from '../protocol.ts'
import type { App, AppParts } from './parts.ts'
import { refuse } from './problem.ts'

const SEQ = /^\d{1,15}$/

/** The upgrade goes through the router like any request; what is wrong with it is said by a close code. */
export function liveRoutes(
  app: App,
  parts: AppParts,
  { authenticate, originAllowed }: { authenticate: Authenticate; originAllowed: OriginRule },
): void {
  const { config, clock, metrics, queue, admission, engine, hub, bidRate, rooms, prices, notices } = parts
  const channel: AuctionChannelDependencies & { prices: PriceTicker; notices: NoticeBoard } = {
    clock,
    metrics,
    queue,
    admission,
    authenticate,
    membersOnly: config.WATCHING === 'members',
    limited: config.RATE_LIMITS === 'on',
    engine,
    hub,
    bidRate,
    rooms,
    prices,
    notices,
  }

  const isOwn = ownOriginRule(config)
  const failed = (error: Error) => {
    if (!isPeers(error)) app.log.error({ err: error }, 'a socket failed')
  }
  const schema = { hide: true }
  const handler = (_request: FastifyRequest, reply: FastifyReply) =>
    refuse(
      reply.header('upgrade', 'websocket'),
      reject('upgrade_required', { detail: `Connect with a WebSocket, subprotocol ${SUBPROTOCOL}` }),
    )

  app.route<{ Params: { id: string }; Querystring: Record<string, unknown> }>({
    method: 'GET',
    url: '/auctions/:id/live',
    schema,
    onRequest: sendTogether,
    handler,
    wsHandler: (socket, request) => {
      if (!comesFromAllowed(request, originAllowed)) return close(socket, closeCodes.wrong_origin)
      const resume = resumeOf(request.query)
      if (resume === 'unreadable') return close(socket, closeCodes.not_understood)
      const origin = originOfLent(request.headers.origin, request.headers.host, isOwn)
      const asked = { auctionId: request.params.id, origin, resume }
      new AuctionChannel(peerOf(socket, request, failed), channel, asked).open(request.ip, readBearer(request))
    },
  })

  app.route({
    method: 'GET',
    url: '/live',
    schema,
    onRequest: sendTogether,
    handler,
    wsHandler: (socket, request) => {
      if (!comesFromAllowed(request, originAllowed)) return close(socket, closeCodes.wrong_origin)
      new CatalogueChannel(peerOf(socket, request, failed), channel).open(request.ip, readBearer(request))
    },
  })
}

/** What a peer can cause is no line in the log: it could fill a disk with them. */
export function isPeers({ code = '' }: Error & { code?: string }): boolean {
  return code.startsWith('WS_ERR_') || code === 'ECONNRESET' || code === 'EPIPE'
}

const answers = new WeakMap<IncomingMessage, ServerResponse>()

/** The answer to an upgrade goes out with what is said first: a system call costs more than anything else here. */
function sendTogether({ ws, raw }: FastifyRequest, reply: FastifyReply, done: () => void): void {
  if (ws) {
    answers.set(raw, reply.raw)
    const { socket } = raw
    socket.cork()
    setImmediate(() => socket.uncork())
  }
  done()
}

/** Nothing of the request is kept as long as the socket: two thirds of what a watcher occupied. */
function peerOf(ws: WebSocket, { raw }: FastifyRequest, failed: (error: Error) => void): Peer {
  // The plugin's holds request and reply.
  ws.removeAllListeners('error').on('error', failed)
  answers.get(raw)?.detachSocket(raw.socket)
  return { ws, socket: raw.socket }
}

function close(socket: WebSocket, { code, reason }: Closing): void {
  socket.close(code, reason)
}

function resumeOf({ after, epoch }: Record<string, unknown>): Resume | 'unreadable' | null {
  if (after === undefined) return null
  if (typeof after !== 'string' || !SEQ.test(after)) return 'unreadable'
  return { after: Number(after), epoch: typeof epoch === 'string' ? epoch : null, most: limits.resumeEventsMax }
}
