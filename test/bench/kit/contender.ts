import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What is measured: a process of its own, bids on which are asked for over one seat each. */
export type Contender = {
  readonly name: string
  readonly pid: number
  /** Processes that work for it and are not its children: other nodes, PostgreSQL, Redis. */
  readonly helpers?: readonly number[]
  /** Seats at one auction, `hot`, or, two rivals each, at one of their own. Nobody bids on them yet. */
  seats(count: number, where: 'hot' | 'spread'): Promise<Seat[]>
  stop(): Promise<void>
}

/** Whether a bid was accepted, and, of ours, the answer as it came: overwritten after the call. */
export type Answered = (accepted: boolean, answer?: Buffer) => void

/** One connection that bids; several bids may be on their way. */
export type Seat = { bid(amount: number, answered: Answered): void; close(): void }

/** The seq in the answer to an accepted bid. */
export function seqOf(answer: Buffer): number {
  return Number(/"seq":(\d+)/.exec(answer.toString('latin1'))![1])
}

export const AUCTIONS = 1_000
/** Each may have a hundred connections. */
export const USERS = 32

/** Two bidders who beat each other in turn, as one seat: who leads already has nothing to bid. */
export function rivals(one: Seat, other: Seat): Seat {
  let [next, last] = [one, other]
  return {
    bid: (amount, answered) => {
      next.bid(amount, answered)
      ;[next, last] = [last, next]
    },
    close: () => {
      one.close()
      other.close()
    },
  }
}

/** A folder that is gone with `drop`. */
export type Scratch = { readonly path: string; drop(): void }

/** Those that were not dropped yet. */
const folders = new Set<Scratch>()

export function scratch(): Scratch {
  const path = mkdtempSync(join(tmpdir(), 'martillo-bench-'))
  const folder: Scratch = {
    path,
    drop: () => {
      folders.delete(folder)
      rmSync(path, { recursive: true, force: true })
    },
  }
  folders.add(folder)
  return folder
}

export type Child = ChildProcess & { readonly pid: number }

/** All that was started and has not ended. */
const started = new Set<ChildProcess>()
/** What ends because it is told to. */
const ending = new WeakSet<ChildProcess>()
let onLost: (error: Error) => void = () => {}

/** Whose end, where nobody asked for it, ends the measurement that it is part of. */
export function noted<Started extends ChildProcess>(child: Started): Started {
  started.add(child)
  child.once('exit', (code, signal) => {
    started.delete(child)
    if (!ending.has(child)) onLost(new Error(`a contender ended with ${String(code ?? signal)}`))
  })
  return child
}

/** A measurement. It throws as soon as a contender ends unasked, and what was started for it ends with it. */
export async function measurement<Result>(work: () => Promise<Result>): Promise<Result> {
  const { promise: lost, reject } = Promise.withResolvers<never>()
  lost.catch(() => {})
  onLost = reject
  try {
    return await Promise.race([work(), lost])
  } finally {
    onLost = () => {}
    await Promise.all([...started].map((child) => end(child)))
    for (const folder of folders) folder.drop()
  }
}

/** A script of the benchmark as a process that talks by messages, and ends when its parent lets go. */
export function begin(file: string, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Child {
  const path = fileURLToPath(new URL(`../${file}`, import.meta.url))
  return noted(fork(path, args, { env: { ...process.env, NODE_ENV: 'production', ...env }, execArgv: [] }) as Child)
}

/** A program that is no Node. */
export function launch(program: string, args: readonly string[]): Child {
  return noted(spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] }) as Child)
}

/** The next message of a child; throws where it ends instead. */
export async function told<Message>(child: ChildProcess): Promise<Message> {
  const waiting = new AbortController()
  const { signal } = waiting
  const gone = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`a contender ended with ${String(code)}`)
  })
  gone.catch(() => {})
  try {
    return ((await Promise.race([once(child, 'message', { signal }), gone])) as [Message])[0]
  } finally {
    waiting.abort()
  }
}

const END_MS_MAX = 20_000

/** Ends a child, which may have ended already: as it ends by itself, by a signal, and at last by force. */
export async function end(child: ChildProcess): Promise<void> {
  ending.add(child)
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  const force = setTimeout(() => child.kill('SIGKILL'), END_MS_MAX)
  if (child.connected) child.disconnect()
  else child.kill('SIGTERM')
  await exited
  clearTimeout(force)
}
