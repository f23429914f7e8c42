import type { Socket } from 'node:net'
import { limits } from '../config.ts'
import type { App } from './parts.ts'

/** Cuts off who asks for many things on one connection and awaits no answer: browsers never do. */
export function limitPipelining(app: App): void {
  const unanswered = new WeakMap<Socket, number>()
  app.addHook('onRequest', (request, reply, done) => {
    const { socket } = request.raw
    const count = (unanswered.get(socket) ?? 0) + 1
    unanswered.set(socket, count)
    reply.raw.once('close', () => unanswered.set(socket, unanswered.get(socket)! - 1))
    if (count <= limits.pipelinedMax) return done()
    socket.destroy()
    reply.hijack()
  })
}
