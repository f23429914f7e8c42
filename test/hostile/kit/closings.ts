import { randomUUID } from 'node:crypto'
import { Agent, type IncomingMessage, request } from 'node:http'
import { json } from 'node:stream/consumers'
import type { Client } from '../../../src/sdk/index.ts'
import { openSocket, quantile } from '../../support/load.ts'
import { signedUp } from '../../support/people.ts'
import { tally } from './attack.ts'
import { pause } from './form.ts'

const BID_EVERY_MS = 100
/** Between the ends of two auctions. */
const APART_MS = 2_000
/** What is sent at least so long before the end is in time. */
const IN_TIME_MS = 150

type Answer = { readonly at: number | null; readonly code: string | null }
/** A bid with the instant at which its bytes were written, resolved when it is answered. */
type Sent = { readonly sentAt: number; readonly answer: Promise<Answer> }
type Send = (amount: number) => Sent

/** What became of bids of which each was sent in time. */
export type Waits = {
  readonly bids: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly late: number
  /** How often each was answered: by a stamp, or by a code. */
  readonly answers: Readonly<Record<string, number>>
  /** From when the bytes were written until the stamp. */
  readonly stampP99Ms: number
  readonly stampMostMs: number
}

type Lot = { readonly closesAt: number; readonly sends: readonly Send[] }

/** Honest people who bid until the last moment in auctions with a hard end, one after the other: by REST and on sockets. */
export class Closings {
  readonly #admin: Client
  readonly #people: readonly Client[]
  readonly #agents: readonly Agent[]

  private constructor(admin: Client, people: readonly Client[]) {
    this.#admin = admin
    this.#people = people
    this.#agents = people.map(() => new Agent({ keepAlive: true }))
  }

  static async in(admin: Client): Promise<Closings> {
    const names = ['Ana', 'Ben', 'Cleo', 'Dora']
    return new Closings(admin, await Promise.all(names.map((name) => signedUp(admin.baseUrl, name))))
  }

  /** Bids in so many auctions to their ends, from the moment in which `meanwhile` is called. */
  async watch(number: number, meanwhile: () => Promise<void>): Promise<Waits> {
    const startsAt = Date.now() + APART_MS
    const lots: Lot[] = []
    for (let i = 1; i <= number; i += 1) lots.push(await this.#lot(startsAt + i * APART_MS))
    await pause(Math.max(0, startsAt - Date.now()))
    const waits: Wait[] = []
    const others = meanwhile()
    for (const lot of lots) await Promise.all(lot.sends.map((send, i) => bidToTheEnd(lot, send, i, waits)))
    await others
    return figuresOf(waits)
  }

  async #lot(closesAt: number): Promise<Lot> {
    const { id } = await this.#admin.create({
      title: 'Until the last moment',
      currency: 'EUR',
      terms: { startPrice: 1, increments: 1 },
      closesAt: new Date(closesAt).toISOString(),
    })
    const sends = this.#people.map((person, i) =>
      i % 2 === 0 ? byRest(person, id, this.#agents[i]!) : bySocket(person, id),
    )
    return { closesAt, sends: await Promise.all(sends) }
  }

  close(): void {
    for (const agent of this.#agents) agent.destroy()
  }
}

type Wait = { readonly ms: number; readonly stampMs: number | null; readonly code: string }

/** Each at an even pace whatever comes, and once more right before it is too late. */
async function bidToTheEnd({ closesAt, sends }: Lot, send: Send, i: number, waits: Wait[]): Promise<void> {
  const asked: Promise<void>[] = []
  const last = closesAt - IN_TIME_MS
  let amount = 1 + i
  const bid = () => {
    if (Date.now() > last) return
    const began = performance.now()
    const { sentAt, answer } = send((amount += sends.length))
    const note = ({ at, code }: Answer) =>
      waits.push({
        ms: performance.now() - began,
        stampMs: at === null ? null : at - sentAt,
        code: code ?? 'accepted',
      })
    asked.push(answer.then((got) => void note(got)))
  }
  await pause((i * BID_EVERY_MS) / sends.length)
  while (Date.now() < last - BID_EVERY_MS) {
    bid()
    await pause(BID_EVERY_MS)
  }
  await pause(Math.max(0, last - Date.now() - 2))
  bid()
  await Promise.all(asked)
}

/** What is answered to whom came in time: others were faster, or it is theirs already. */
const IN_TIME: ReadonlySet<string> = new Set(['accepted', 'bid_too_low', 'already_leading', 'maximum_not_raised'])

function figuresOf(waits: readonly Wait[]): Waits {
  const ms = waits.map((wait) => wait.ms)
  const stamps = waits.flatMap(({ stampMs }) => (stampMs === null ? [] : [stampMs]))
  return {
    bids: waits.length,
    p50Ms: quantile(ms, 0.5),
    p99Ms: quantile(ms, 0.99),
    late: waits.filter(({ code }) => !IN_TIME.has(code)).length,
    answers: tally(waits.map(({ code }) => code)),
    stampP99Ms: quantile(stamps, 0.99),
    stampMostMs: Math.max(...stamps),
  }
}

type Told = { readonly bid?: { readonly at: string }; readonly code?: string }

function answerOf({ bid, code }: Told): Answer {
  return { at: bid === undefined ? null : Date.parse(bid.at), code: code ?? null }
}

async function byRest(person: Client, auction: string, agent: Agent): Promise<Send> {
  const headers = { authorization: `Bearer ${await person.session.token()}`, 'content-type': 'application/json' }
  const url = `${person.baseUrl}/v1/auctions/${auction}/bids`
  return (amount) => {
    const asked = request(url, { method: 'POST', agent, headers: { ...headers, 'idempotency-key': randomUUID() } })
    const answer = new Promise<IncomingMessage>((resolve, reject) => asked.on('response', resolve).on('error', reject))
    const sentAt = Date.now()
    asked.end(JSON.stringify({ amount }))
    return { sentAt, answer: answer.then(async (response) => answerOf((await json(response)) as Told)) }
  }
}

type Said = { readonly type: string; readonly key?: string; readonly problem?: Told } & Told

async function bySocket(person: Client, auction: string): Promise<Send> {
  const ws = await openSocket(person.baseUrl, auction)
  const waiting = new Map<string, (answer: Answer) => void>()
  const greeted = new Promise<void>((resolve) =>
    ws.on('message', (data: Buffer) => {
      const said = JSON.parse(data.toString()) as Said
      if (said.type === 'you') resolve()
      if (said.type === 'ack' || said.type === 'reject') waiting.get(said.key!)?.(answerOf(said.problem ?? said))
    }),
  )
  ws.on('close', (code) => {
    for (const answer of waiting.values()) answer({ at: null, code: `closed by ${code}` })
  })
  ws.send(JSON.stringify({ type: 'auth', token: await person.session.token() }))
  await greeted
  return (amount) => {
    const key = randomUUID()
    const answer = new Promise<Answer>((resolve) => waiting.set(key, resolve))
    const sentAt = Date.now()
    ws.send(JSON.stringify({ type: 'bid', key, amount }))
    return { sentAt, answer }
  }
}
