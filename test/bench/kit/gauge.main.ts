import { rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { isMainThread } from 'node:worker_threads'
import type { Memory, Turns } from './gauge.ts'

/**
 * Loaded into what is measured (`node --import`), of which nothing is changed: answers on a socket of its own how long
 * turns of the event loop took, and what is in memory.
 */
const path = process.env['GAUGE']
if (isMainThread && path !== undefined) {
  const server = createServer((socket) => {
    socket.on('data', (ask) => {
      answers[ask.toString() as keyof typeof answers]((said) => socket.write(JSON.stringify(said)))
    })
    socket.on('error', () => socket.destroy())
  })
  server.listen(path).unref()
  process.once('exit', () => rmSync(path, { force: true }))
}

/** A turn in which nothing was done. */
const IDLE_MS_MAX = 0.05

let counting = false
let turnsMs: number[] = []
let lastAt = 0

/** Each turn of the loop calls the next: what lies between two calls is one turn. */
function turn(): void {
  const tookMs = performance.now() - lastAt
  lastAt += tookMs
  if (tookMs > IDLE_MS_MAX) turnsMs.push(tookMs)
  if (counting) setImmediate(turn)
}

const answers = {
  count: (say: (said: object) => void) => {
    counting = true
    turnsMs = []
    setImmediate(() => {
      lastAt = performance.now()
      setImmediate(turn)
      say({})
    })
  },
  turns: (say: (said: Turns) => void) => {
    counting = false
    say({ turnsMs })
  },
  memory: (say: (said: Memory) => void) => {
    for (let i = 0; i < 2; i += 1) (globalThis as { gc?: () => void }).gc!()
    const { heapUsed, external, rss } = process.memoryUsage()
    say({ liveBytes: heapUsed + external, residentBytes: rss })
  },
}
