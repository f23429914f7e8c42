import type { FastifyReply, FastifyRequest } from 'fastify'
import { setTimeout as wait } from 'node:timers/promises'
import { limits } from '../config/limits.ts'
import type { App } from './parts.ts'

/**
 * Reads away what is still coming of a body that was refused as too large, before the answer ends the connection: closed
 * over unread bytes it is reset, and the client sees a broken pipe instead of the answer. Who sends on and on is not heard out.
 */
export function drainRefused(app: App): void {
  app.addHook('onSend', async (request, reply) => {
    if (isCut(request, reply)) await drained(request)
  })
}

function isCut({ raw }: FastifyRequest, reply: FastifyReply): boolean {
  return reply.getHeader('connection') === 'close' && !raw.complete && !raw.destroyed
}

/** Until all is read, or drainBytesMax are, or nothing comes for drainIdleMs, or drainMs are over. */
async function drained({ raw }: FastifyRequest): Promise<void> {
  const over = new AbortController()
  const end = () => over.abort()
  let bytes = 0
  let isComing = true
  const count = (chunk: Buffer) => {
    isComing = true
    bytes += chunk.length
    if (bytes > limits.drainBytesMax) end()
  }
  raw.on('data', count).once('end', end).once('close', end)
  for (let ms = 0; ms < limits.drainMs && isComing && !over.signal.aborted; ms += limits.drainIdleMs) {
    isComing = false
    await wait(limits.drainIdleMs, undefined, { signal: over.signal }).catch(() => {})
  }
  raw.off('data', count).off('end', end).off('close', end)
}
