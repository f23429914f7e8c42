import { renameSync, writeFileSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * In the attacked service. On SIGURG it collects its garbage, so that what it holds can be told from what it has let go; on
 * SIGWINCH it writes down the longest turn of its loop since it was last asked, in ms of its own processor time.
 */
setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc')

function ranMs() {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}

if (isMainThread) {
  let longest = 0
  let before = ranMs()
  setInterval(() => {
    const now = ranMs()
    longest = Math.max(longest, now - before)
    before = now
  }, 1).unref()
  process.on('SIGURG', () => collect())
  process.on('SIGWINCH', () => {
    const file = process.env['TURNS_FILE']
    writeFileSync(`${file}.new`, String(longest))
    renameSync(`${file}.new`, file)
    longest = 0
  })
}
