import { afterAll } from 'vitest'
import { closeFile } from './after-file.ts'

/** What a service holds open while it runs. Whatever of it is left after a test file was leaked by it. */
const KINDS = new Set(['TCPServerWrap', 'TCPSocketWrap', 'Timeout', 'ProcessWrap'])
const PATIENCE_MS = 8_000

const held = () => process.getActiveResourcesInfo().filter((kind) => KINDS.has(kind))

/** Vitest's own were there before. */
const before = held().length

afterAll(async () => {
  await closeFile()
  const until = performance.now() + PATIENCE_MS
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    const left = held()
    if (left.length <= before) return
    if (performance.now() > until) throw new Error(`left open by this file, beyond ${before}: ${left.join(', ')}`)
  }
}, PATIENCE_MS * 2)
