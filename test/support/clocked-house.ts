import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { ADMIN } from './people.ts'
import { temporaryFolder } from './service.ts'

const program = fileURLToPath(new URL('./clocked.ts', import.meta.url))

/** A service of its own whose time stands still unless it is moved, with all that it writes to its log. */
export type ClockedHouse = {
  readonly url: string
  advance(ms: number): Promise<void>
  /** Ends it, and gives every line of its log. */
  end(): Promise<readonly string[]>
}

export async function openClockedHouse(environment: Record<string, string> = {}): Promise<ClockedHouse> {
  const child = fork(program, {
    env: {
      PATH: process.env['PATH'],
      HOST: '127.0.0.1',
      PORT: '0',
      DATA_DIR: temporaryFolder(),
      ADMIN_EMAIL: ADMIN.email,
      ADMIN_PASSWORD: ADMIN.password,
      RATE_LIMITS: 'off',
      LOG_LEVEL: 'debug',
      ...environment,
    },
    execArgv: [],
    silent: true,
  })
  const exited = once(child, 'exit')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await exited
  })
  let log = ''
  for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk: Buffer) => (log += chunk.toString()))
  const ended = exited.then(() => Promise.reject(new Error(`the service ended: ${log}`)))
  ended.catch(() => {})
  const { url } = (await Promise.race([answerOf(child), ended])) as { url: string }
  return {
    url,
    advance: async (advanceMs) => {
      const passed = answerOf(child)
      child.send({ advanceMs })
      await Promise.race([passed, ended])
    },
    end: async () => {
      child.disconnect()
      await exited
      return log.split('\n').filter((line) => line !== '')
    },
  }
}

async function answerOf(child: ChildProcess): Promise<unknown> {
  return ((await once(child, 'message')) as [unknown])[0]
}
