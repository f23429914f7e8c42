import type { Socket } from 'node:net'
import { limits, rates } from '../config/limits.ts'
import { Buckets } from '../engine/bucket.ts'
import { networksOf } from '../engine/network.ts'
import type { App, AppParts } from './parts.ts'

/**
 * Upgrades, and what is asked for behind what is not answered yet, are taken one in a turn of the loop. Whoever asks for
 * many things on one connection and awaits no answer is cut off: browsers never do. All that was sent has been parsed by
 * then, which is most of what it costs, so a network that is cut off often cannot connect for a while.
 */
export function limitPipelining(app: App, { clock, queue }: AppParts, limited: boolean): void {
  const cutOff = new Buckets(rates.cutOff)
  if (limited)
    app.server.on('connection', (socket: Socket) => {
      if (cutOff.wait(clock.now(), networksOf(socket.remoteAddress ?? '')) > 0) socket.destroy()
    })
  const unanswered = new WeakMap<Socket, number>()
  app.addHook('onRequest', (request, reply, done) => {
    const { socket } = request.raw
    const count = (unanswered.get(socket) ?? 0) + 1
    unanswered.set(socket, count)
    if (count > limits.pipelinedMax) {
      if (!socket.destroyed) cutOff.charge(networksOf(socket.remoteAddress ?? ''), 1)
      // By itself, as the end of its connection would destroy it with an error, which costs more than the request.
      request.raw.destroy()
      socket.destroy()
      reply.hijack()
      return
    }
    reply.raw.once('close', () => unanswered.set(socket, unanswered.get(socket)! - 1))
    if (count === 1 && request.headers.upgrade === undefined) return done()
    queue.enqueue('requests', () => {
      if (socket.destroyed) reply.hijack()
      else done()
    })
  })
}
