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

/** `martillo serve` as a process of its own, ready to take bids. Whoever starts it ends it. */
export async function runService(dataDir: string, port: number, env: Record<string, string> = {}): Promise<Running> {
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
  const url = `http://127.0.0.1:${port}`
  for (let tries = 0; tries < 200; tries += 1) {
    if (child.exitCode !== null) throw new Error(`the service ended with ${child.exitCode}`)
    const ready = await fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    )
    if (ready) return { url, child, kill }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('the service was not ready within ten seconds')
}
