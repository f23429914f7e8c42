import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { ADMIN } from './people.ts'

const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url))

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

export type Running = {
  readonly url: string
  readonly child: ChildProcess
  kill(signal: NodeJS.Signals): Promise<number | null>
}

/** Only what hangs takes so long. */
const READY_MS_MAX = 90_000
const LOOK_EVERY_MS = 20

/** `martillo serve` as a process of its own, ready to take bids. Whoever starts it ends it. */
export async function runService(dataDir: string, port: number, env: Record<string, string> = {}): Promise<Running> {
  const service = spawnService(dataDir, port, env)
  try {
    await becomesReady(service)
    return service
  } catch (error) {
    await service.kill('SIGKILL')
    throw error
  }
}

/** `martillo serve` as it begins to start. */
export function spawnService(dataDir: string, port: number, env: Record<string, string> = {}): Running {
  const child = spawn(process.execPath, [cli, 'serve'], {
    env: {
      ...process.env,
      HOST: '127.0.0.1',
      PORT: String(port),
      DATA_DIR: dataDir,
      ADMIN_EMAIL: ADMIN.email,
      ADMIN_PASSWORD: ADMIN.password,
      RATE_LIMITS: 'off',
      LOG_LEVEL: 'error',
      ...env,
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const exited = once(child, 'exit') as Promise<[number | null]>
  const kill: Running['kill'] = async (signal) => {
    child.kill(signal)
    return (await exited)[0]
  }
  return { url: `http://127.0.0.1:${port}`, child, kill }
}

/** Returns as soon as `readyz` says so, with the milliseconds it took. */
export async function becomesReady({ url, child }: Running): Promise<number> {
  const started = performance.now()
  while (performance.now() - started < READY_MS_MAX) {
    if (child.exitCode !== null) throw new Error(`the service ended with ${child.exitCode}`)
    const ready = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(READY_MS_MAX) }).then(
      ({ ok }) => ok,
      () => false,
    )
    if (ready) return performance.now() - started
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
  }
  throw new Error(`the service was not ready within ${READY_MS_MAX} ms`)
}
