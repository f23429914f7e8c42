import { expect, test } from 'vitest'
import { Placeholders } from './same-bytes.ts'
import { type Secrets, type Transcript, play } from './twin.ts'

const plain: Secrets = {
  maxima: [90_000, 14_000, 70_000],
  raises: {},
  reserves: [80_000, 15_000],
  draftReserve: 20_000,
  keys: 'key-',
}

/** Another maximum, and raises that nobody sees, in every lot and at every hour. */
const otherMaxima: Secrets = {
  ...plain,
  maxima: [7_654_321, 23_456, 123_456_789],
  raises: {
    first: [8_000_001, 8_000_102],
    second: [9_000_000_000],
    met: [234_567_890],
    unmet: [34_567],
    quiet: [9_000_000_101, 9_000_000_202, 9_000_000_303],
    late: [9_000_000_404],
    later: [9_000_000_505],
    last: [9_000_000_606, 9_007_199_254_740_991],
  },
  keys: 'another key of hers with many more letters ',
}

const otherReserves: Secrets = { ...plain, reserves: [9_007_199_254_740, 11_111], draftReserve: 9_007_199 }

type Read = Readonly<Record<string, readonly string[]>>

/** Where two runs differ: in number or length before placeholders are put in, after it in text. */
function differences(one: Transcript, other: Transcript): string[] {
  const [a, b] = [parts(one), parts(other)]
  const [normalA, normalB] = [normalised(a), normalised(b)]
  return Object.keys(a).flatMap((reader) => {
    const longest = Math.max(a[reader]!.length, b[reader]!.length)
    const found: string[] = []
    for (let i = 0; i < longest; i += 1) {
      const [raw, twin] = [a[reader]![i] ?? '', b[reader]![i] ?? '']
      const [text, same] = [normalA[reader]![i] ?? '', normalB[reader]![i] ?? '']
      if (Buffer.byteLength(raw) !== Buffer.byteLength(twin))
        found.push(`${reader}, of another length: ${raw}\n${twin}`)
      else if (text !== same) found.push(`${reader}: ${text}\n${same}`)
    }
    return found.slice(0, SHOWN_MAX)
  })
}

/** The first differences of a reader are enough. */
const SHOWN_MAX = 3

function parts({ of, sent, metrics, log }: Transcript): Read {
  const requests = log.filter(isRequest).map((line) => {
    const { method, route, status } = JSON.parse(line) as Record<string, unknown>
    return [method, route, status].join(' ')
  })
  // Readers ask beside one another: which of them is first differs between any two runs.
  const said = { metrics: metrics.toSorted(), requests: requests.toSorted() }
  return { ...of, ...sent, ...said, log: log.filter((line) => !isRequest(line)).map(withoutMachine) }
}

function isRequest(line: string): boolean {
  return line.includes('"msg":"request"')
}

function normalised(read: Read): Read {
  const placeholders = new Placeholders()
  return Object.fromEntries(
    Object.entries(read).map(([reader, texts]) => [reader, texts.map((text) => placeholders.normal(text))]),
  )
}

/** A line of the log without what is of the machine: when, by which process, where, and on which port it listens. */
function withoutMachine(line: string): string {
  return line
    .replace(/"(time|pid)":\d+/g, '"$1":0')
    .replace(/"hostname":"[^"]*"/, '"hostname":""')
    .replace(/"durationMs":\d+/, '"durationMs":0')
    .replace(/"(DATA_DIR|PORT)":("[^"]*"|\d+)/g, '"$1":""')
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:0')
}

test(
  '[PX-9] with other maxima and raises that nobody sees, everyone else reads the same bytes',
  { timeout: 300_000 },
  async () => {
    const watchers = ['anonymous', 'ben', 'cas', 'dan', 'seller', 'otherSeller', 'admin'] as const
    const [one, other] = await Promise.all([play(plain, watchers), play(otherMaxima, watchers)])
    expect(one.log.length).toBeGreaterThan(0)
    for (const texts of Object.values(one.of)) {
      expect(texts.filter((text) => text.includes('"result":"sold"')).length).toBeGreaterThan(5)
      expect(texts.filter((text) => text.includes('"reason":"reserve_unmet"')).length).toBeGreaterThan(5)
      expect(texts.filter((text) => text.includes('"reserve":"met"')).length).toBeGreaterThan(5)
      expect(texts.filter((text) => text.includes('closed 4000')).length).toBe(4)
      expect(texts.filter((text) => text.includes('"type":"heartbeat"')).length).toBeGreaterThan(20)
    }
    const subjects = (name: string) => one.sent[`mails to ${name}`]!.map((mail) => mail.split('\n')[0])
    expect(subjects('fay')).toContain('You were outbid: A third lot')
    expect(['seller', 'cas'].map((name) => subjects(name)[0])).toEqual(Array(2).fill('A message: Another lot'))
    expect(one.sent['webhooks of admin']!.length).toBeGreaterThan(20)
    expect(one.sent['webhooks of otherSeller']).toEqual([])
    for (const [name, ...kinds] of [
      ['anonymous', '"joined":["P'],
      ['ben', '"joined":["P', '"type":"message"', '"type":"notice"'],
      ['dan', '"joined":["P', '"type":"message"'],
    ] as const)
      for (const kind of kinds) expect([name, one.of[name]!.some((text) => text.includes(kind))]).toEqual([name, true])
    expect(differences(one, other)).toEqual([])
  },
)

test(
  '[RES-1] with other reserves that come to the same, everyone but the seller and the admins reads the same bytes',
  { timeout: 300_000 },
  async () => {
    const watchers = ['anonymous', 'ben', 'dan', 'otherSeller'] as const
    const [one, other] = await Promise.all([play(plain, watchers), play(otherReserves, watchers)])
    expect(differences(one, other)).toEqual([])
  },
)

test('[RES-1] a reserve that is met by another bid is no secret, and is found', { timeout: 300_000 }, async () => {
  const watchers = ['anonymous'] as const
  const [one, other] = await Promise.all([
    play(plain, watchers),
    play({ ...plain, reserves: [plain.reserves[0], 20_001] }, watchers),
  ])
  expect(differences(one, other)).toContainEqual(expect.stringMatching(/^anonymous.*: GET \/v1\/auctions/))
})
