import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from './process.ts'

/**
 * A real Redis: the `redis-server` or `valkey-server` of the machine, or Debian's package, unpacked into the cache of this project.
 * It keeps nothing on disk, and ends with this process.
 */
export type Redis = {
  readonly url: string
  readonly pid: () => number
  readonly crash: () => Promise<void>
  readonly start: () => Promise<void>
  readonly stop: () => Promise<void>
}

const cache = fileURLToPath(new URL('../../node_modules/.cache/redis/', import.meta.url))
const PACKAGES = ['redis-server', 'redis-tools', 'libjemalloc2', 'liblzf1']
const READY_MS_MAX = 60_000

export async function startRedis(): Promise<Redis> {
  const { program, env } = await findServer()
  const port = await freePort()
  const flags = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  const begin = () => spawn(program, flags, { env, stdio: 'ignore', cwd: tmpdir() })
  let child = begin()
  const drop = () => child.kill('SIGKILL')
  process.once('exit', drop)
  await ready(port)
  const crash = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }
  const start = async () => {
    child = begin()
    await ready(port)
  }
  const stop = async () => {
    process.removeListener('exit', drop)
    await crash()
  }
  return { url: `redis://127.0.0.1:${port}`, pid: () => child.pid!, crash, start, stop }
}

type Server = { readonly program: string; readonly env: NodeJS.ProcessEnv }

async function findServer(): Promise<Server> {
  for (const name of ['redis-server', 'valkey-server'])
    for (const folder of (process.env['PATH'] ?? '').split(':'))
      if (existsSync(join(folder, name))) return { program: join(folder, name), env: process.env }
  if (!existsSync(cache)) unpackDebians()
  const libraries = readdirSync(join(cache, 'usr', 'lib')).map((name) => join(cache, 'usr', 'lib', name))
  return {
    program: join(cache, 'usr', 'bin', 'redis-server'),
    env: { ...process.env, LD_LIBRARY_PATH: libraries.join(':') },
  }
}

/** Needs no root: apt keeps what it knows of its sources in a folder of ours. */
function unpackDebians(): void {
  const folder = mkdtempSync(join(tmpdir(), 'martillo-redis-'))
  try {
    for (const part of ['lists/partial', 'archives/partial', 'root']) mkdirSync(join(folder, part), { recursive: true })
    writeFileSync(join(folder, 'status'), '')
    const own = {
      'Dir::State::lists': join(folder, 'lists'),
      'Dir::Cache::archives': join(folder, 'archives'),
      'Dir::Cache::pkgcache': '',
      'Dir::Cache::srcpkgcache': '',
      'APT::Sandbox::User': '',
    }
    const options = Object.entries(own).flatMap(([name, value]) => ['-o', `${name}=${value}`])
    execFileSync('apt-get', [...options, 'update'], { cwd: folder, stdio: 'ignore' })
    execFileSync('apt-get', [...options, 'download', ...PACKAGES], { cwd: folder, stdio: 'ignore' })
    const packages = readdirSync(folder).filter((name) => name.endsWith('.deb'))
    for (const name of packages) execFileSync('dpkg-deb', ['-x', join(folder, name), join(folder, 'root')])
    mkdirSync(join(cache, '..'), { recursive: true })
    renameOver(join(folder, 'root'), cache)
  } catch (error) {
    throw new Error('No Redis for the tests: install redis-server (or valkey-server)', { cause: error })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Another process may have been faster, and has put the same there. */
function renameOver(from: string, to: string): void {
  try {
    execFileSync('cp', ['-r', from, `${to.replace(/\/$/, '')}.${process.pid}`])
    renameSync(`${to.replace(/\/$/, '')}.${process.pid}`, to)
  } catch (error) {
    if (!existsSync(to)) throw error
  }
}

async function ready(port: number): Promise<void> {
  const until = performance.now() + READY_MS_MAX
  for (;;) {
    const isUp = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1')
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
      socket.once('close', () => resolve(false))
      setTimeout(() => socket.destroy(), 1_000)
      socket.once('connect', () => socket.end())
    })
    if (isUp) return
    if (performance.now() > until) throw new Error('Redis did not start')
    await sleep(50)
  }
}
