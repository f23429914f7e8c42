import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  type Child,
  type Contender,
  AUCTIONS,
  type Seat,
  USERS,
  begin,
  end,
  launch,
  rivals,
  scratch,
  told,
} from '../kit/contender.ts'
import { Wire } from '../kit/wire.ts'

/** What others would build, as their documentation shows it: see `peers/`. */

export type Room = {
  readonly child: Child
  readonly port: number
  readonly tokens: readonly string[]
  readonly stop: () => Promise<void>
}

export async function openRoom(store: 'sqlite' | 'postgres', env: Record<string, string> = {}): Promise<Room> {
  const folder = scratch()
  const child = begin('peers/socketio.mjs', [store], { ...env, DATA_DIR: folder.path })
  const { port } = await told<{ port: number }>(child)
  child.send({ auctions: AUCTIONS + 1, users: USERS })
  const { tokens } = await told<{ tokens: string[] }>(child)
  const stop = async () => {
    await end(child)
    folder.drop()
  }
  return { child, port, tokens, stop }
}

export async function openPeer(store: 'sqlite' | 'postgres'): Promise<Contender> {
  const { child, port, tokens, stop } = await openRoom(store)
  const seats: Contender['seats'] = async (count, where) => {
    const open: Seat[] = []
    for (let i = 0; i < count; i += 1) {
      const auction = `auction-${where === 'hot' ? 0 : 1 + (i % AUCTIONS)}`
      const seat = (user: number) => socketIoSeat(port, auction, tokens[user % tokens.length]!)
      open.push(where === 'hot' ? await seat(i) : rivals(await seat(i), await seat(i + 1)))
    }
    return open
  }
  return { name: `Express + Socket.IO + ${store}`, pid: child.pid, seats, stop }
}

async function socketIoSeat(port: number, auction: string, token: string): Promise<Seat> {
  const wire = await joinRoom(port, auction, token)
  const waiting = new Map<number, (accepted: boolean) => void>()
  let number = 0
  const ping = wire.onFrame
  wire.onFrame = (payload) => {
    // 43, the number of the question, and what was answered.
    if (payload[0] !== 0x34 || payload[1] !== 0x33) return ping(payload)
    const text = payload.toString('latin1')
    const end = text.indexOf('[')
    const asked = Number(text.slice(2, end))
    waiting.get(asked)!(text.startsWith('[{"ok":true', end))
    waiting.delete(asked)
  }
  const bid: Seat['bid'] = (amount, answered) => {
    number += 1
    waiting.set(number, answered)
    wire.send(`42${number}["bid",{"amount":${amount},"key":"${String(number).padStart(36, '0')}"}]`)
  }
  return { bid, close: () => wire.close() }
}

/** A Socket.IO client in a room. `onFrame` answers the pings. */
export async function joinRoom(port: number, auction: string, token?: string): Promise<Wire> {
  const wire = await Wire.open(`http://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`)
  await new Promise<void>((ready) => {
    wire.onFrame = (payload) => {
      const kind = payload.toString('latin1', 0, 2)
      if (kind.startsWith('0')) wire.send(`40${JSON.stringify({ token, auction })}`)
      else if (kind === '40') ready()
      else if (kind.startsWith('2')) wire.send('3')
    }
    wire.begin()
  })
  return wire
}

/** Bun from its package in the registry. */
export function launchBun(): Child {
  const at = (path: string) => fileURLToPath(new URL(`../peers/${path}`, import.meta.url))
  return launch(at('node_modules/@oven/bun-linux-x64/bin/bun'), [at('bun.mjs')])
}

/** The peers have packages of their own. False, and said why, where they cannot be had. */
export async function installPeers(): Promise<boolean> {
  const cwd = fileURLToPath(new URL('../peers', import.meta.url))
  if (existsSync(join(cwd, 'node_modules', '.package-lock.json'))) return true
  console.log('Installing the peers …')
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts'], { cwd, stdio: ['ignore', 'ignore', 'inherit'] })
  if (status !== 0) console.log('The peers could not be installed: their rows are left out.')
  return status === 0
}
