import { Client } from '../../../src/sdk/index.ts'
import { ADMIN, signedUp } from '../../support/people.ts'
import { freePort, runService } from '../../support/process.ts'
import {
  AUCTIONS,
  type Answered,
  type Contender,
  type Scratch,
  type Seat,
  USERS,
  begin,
  end,
  noted,
  rivals,
  scratch,
  told,
} from '../kit/contender.ts'
import { Poster } from '../kit/http.ts'
import { Wire } from '../kit/wire.ts'

/** The service, and the same server without an auction behind it: they are spoken to alike. */

const lot = { title: 'A lot', currency: 'EUR', terms: { startPrice: 1, increments: 1 }, durationSeconds: 86_400 }

const CREATED_AT_ONCE = 50

export type Ours = Contender & {
  readonly url: string
  readonly tokens: readonly string[]
  readonly auctions: readonly string[]
}

type Opening = { readonly env?: Record<string, string>; readonly auctions?: number; readonly folder?: Scratch }

/** The production configuration, but for the rate limits. `folder` may hold a history already. */
export async function openMartillo(
  over: Way,
  { env = {}, auctions: count = AUCTIONS + 1, folder = scratch() }: Opening = {},
): Promise<Ours> {
  const service = await runService(folder.path, await freePort(), {
    NODE_ENV: 'production',
    ...env,
    // As `npm start` does.
    MALLOC_ARENA_MAX: '2',
    MALLOC_MMAP_THRESHOLD_: '131072',
    NODE_OPTIONS: `--max-semi-space-size=8 ${env['NODE_OPTIONS'] ?? ''}`,
  })
  noted(service.child)
  // Whatever goes wrong until then: it does not outlive the benchmark.
  const abandon = () => {
    service.child.kill('SIGKILL')
    folder.drop()
  }
  process.once('exit', abandon)
  const admin = new Client(service.url)
  await admin.signIn(ADMIN.email, ADMIN.password)
  const auctions: string[] = []
  while (auctions.length < count) {
    const some = Array.from({ length: Math.min(CREATED_AT_ONCE, count - auctions.length) }, () => admin.create(lot))
    auctions.push(...(await Promise.all(some)).map(({ id }) => id))
  }
  const tokens: string[] = []
  for (let i = 0; i < USERS; i += 1) tokens.push((await (await signedUp(service.url)).session.token())!)
  const stop = async () => {
    process.off('exit', abandon)
    await end(service.child)
    folder.drop()
  }
  const ours = { url: service.url, tokens, auctions }
  return { name: `Martillo, ${over}`, pid: service.child.pid!, ...ours, seats: seatsOf(ours, over), stop }
}

/** The floor: `floors/echo.ts`. */
export async function openEcho(over: Way): Promise<Contender> {
  const folder = scratch()
  const port = await freePort()
  const child = begin('floors/echo.ts', [], { DATA_DIR: folder.path, HOST: '127.0.0.1', PORT: String(port) })
  await told(child)
  child.send(USERS)
  const tokens = await told<string[]>(child)
  const auctions = Array.from({ length: AUCTIONS + 1 }, () => crypto.randomUUID())
  const stop = async () => {
    await end(child)
    folder.drop()
  }
  const seats = seatsOf({ url: `http://127.0.0.1:${port}`, tokens, auctions }, over)
  return { name: `echo, ${over}`, pid: child.pid, seats, stop }
}

export type Way = 'socket' | 'REST'

type Place = { readonly url: string; readonly tokens: readonly string[]; readonly auctions: readonly string[] }

function seatsOf({ url, tokens, auctions }: Place, over: Way): Contender['seats'] {
  const open = openerOf(over)
  return async (count, where) => {
    const seats: Seat[] = []
    for (let i = 0; i < count; i += 1) {
      const auction = where === 'hot' ? auctions[0]! : auctions[1 + (i % (auctions.length - 1))]!
      const seat = (user: number) => open(url, auction, tokens[user % tokens.length]!)
      seats.push(where === 'hot' ? await seat(i) : rivals(await seat(i), await seat(i + 1)))
    }
    return seats
  }
}

/** Opens a seat of a person at an auction. */
export function openerOf(over: Way): (url: string, auction: string, token: string) => Promise<Seat> {
  return over === 'socket' ? socketSeat : restSeat
}

async function socketSeat(url: string, auction: string, token: string): Promise<Seat> {
  const address = `${url}/v1/auctions/${auction}/live`
  const wire = await Wire.open(address, {
    Authorization: `Bearer ${token}`,
    'Sec-WebSocket-Protocol': 'auction.v1',
  })
  const waiting: Answered[] = []
  await new Promise<void>((ready, refused) => {
    wire.onEnd = () => refused(new Error('closed before it was ready'))
    wire.onFrame = (payload) => {
      const kind = payload.toString('latin1', 9, 12)
      if (kind === 'you') ready()
      else if (kind === 'ack') waiting.shift()!(true, payload)
      else if (kind === 'rej') waiting.shift()!(false)
    }
    wire.begin()
  })
  wire.onEnd = () => {
    if (waiting.length > 0) throw new Error('closed before the answer')
  }
  const bid: Seat['bid'] = (amount, answered) => {
    waiting.push(answered)
    wire.send(`{"type":"bid","key":"${nextKey()}","amount":${amount}}`)
  }
  return { bid, close: () => wire.close() }
}

async function restSeat(url: string, auction: string, token: string): Promise<Seat> {
  const poster = await Poster.open(`${url}/v1/auctions/${auction}/bids`, { Authorization: `Bearer ${token}` })
  return { bid: (amount, answered) => posted(poster, amount, answered), close: () => poster.close() }
}

function posted(poster: Poster, amount: number, answered: Answered, path?: string): void {
  const take = (status: number, body: Buffer) => {
    if (status !== 201 && status !== 409) throw new Error(`answered ${status}`)
    answered(status === 201, body)
  }
  poster.post(`{"amount":${amount}}`, nextKey(), take, path)
}

/** A seat at every auction, over one connection of each user: whoever bid there last is passed over. */
export async function wanderingSeats({ url, tokens, auctions }: Place): Promise<Seat[]> {
  const posters = await Promise.all(tokens.map((token) => Poster.open(url, { Authorization: `Bearer ${token}` })))
  let turn = 0
  return auctions.map((auction) => {
    let last: Poster | null = null
    return {
      bid: (amount, answered) => {
        turn += posters[(turn + 1) % posters.length] === last ? 2 : 1
        last = posters[turn % posters.length]!
        posted(last, amount, answered, `/v1/auctions/${auction}/bids`)
      },
      close: () => {
        for (const poster of posters) poster.close()
      },
    }
  })
}

let keys = 0
/** As long as a UUID. */
function nextKey(): string {
  return String((keys += 1)).padStart(36, '0')
}
