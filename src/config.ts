import ipaddr from 'ipaddr.js'
import { isIP } from 'node:net'
import { z } from 'zod'
import { email } from './config/email.ts'
import { misspelt } from './config/spelling.ts'

/** The only reader of the environment, and every limit with its unit, its default and its reason. */

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
}

/** Characters, as they are hashed. */
export const PASSWORD_MIN = 8
export const PASSWORD_MAX = 200

/** What is hashed of a password: keyboards write the same letters in several ways (NIST SP 800-63B, 3.1.1.2). */
export function passwordForm(password: string): string {
  return password.normalize('NFKC')
}

/** A password of a length from `min` on. It is kept as it was given. */
export function passwordOf(min: number) {
  const message =
    min === 0 ? `has more than ${PASSWORD_MAX} characters` : `must have ${min} to ${PASSWORD_MAX} characters`
  return z
    .string()
    .refine((password) => isBetween(passwordForm(password).length, min, PASSWORD_MAX), message)
    .meta({ minLength: min, maxLength: PASSWORD_MAX })
}

function isBetween(length: number, min: number, max: number): boolean {
  return length >= min && length <= max
}

/** Characters: a host of 253, its scheme and port. */
export const ORIGIN_MAX = 270

/** Bits of the widest networks that a provider of proxies has. */
const NARROW_ENOUGH = { ipv4: 12, ipv6: 20 } as const
/** Networks that strangers are not in, as far as they reach. */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16', '127.0.0.0/8']
  .concat('fc00::/7', 'fe80::/10', '::1/128')
  .map((network) => ipaddr.parseCIDR(network))

/** An address, or a network as 10.0.0.0/8: to trust a wide one that is not private is to trust strangers. */
function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/')
  if (isIP(address) === 0 || address.includes('%') || more.length > 0) return false
  if (bits === undefined) return true
  if (!/^\d{1,3}$/.test(bits) || !ipaddr.isValidCIDR(text)) return false
  const read = ipaddr.parse(address)
  // Written as IPv6, an IPv4 network counts as what it is.
  const isMapped = read instanceof ipaddr.IPv6 && read.isIPv4MappedAddress()
  const [network, length] = [isMapped ? read.toIPv4Address() : read, Number(bits) - (isMapped ? 96 : 0)]
  if (length >= NARROW_ENOUGH[network.kind()]) return true
  return PRIVATE.some(([of, ofBits]) => of.kind() === network.kind() && length >= ofBits && network.match(of, ofBits))
}

/** More proxies than this stand in front of nobody. */
const HOPS_MAX = 9

/** `on` is one proxy, a number so many, one behind the other; else the addresses that are proxies. */
const trustProxy = z
  .string()
  .default('off')
  .transform((text, context) => {
    if (text === 'off') return false
    if (text === 'on') return 1
    if (/^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= HOPS_MAX) return Number(text)
    const proxies = listOf(text)
    if (proxies.length > 0 && proxies.every(isNetwork)) return proxies
    const message = `give off, on (one proxy), how many proxies (1 to ${HOPS_MAX}), or their addresses, such as 10.0.0.0/8`
    context.addIssue({ code: 'custom', message })
    return z.NEVER
  })

/** What stands before the first slash of a path: `https://host`, or `https://host:port`. Null where there is more, or less, or nobody can be there. */
function originOf(text: string): string | null {
  const [, written] = /^https?:\/\/([^/?#@\\\s*]+?)(?::\d*)?\/?$/i.exec(text) ?? []
  if (written === undefined || !URL.canParse(text)) return null
  const { origin, hostname, port } = new URL(text)
  // A number is read as an address; a dot at the end makes another origin of the same host.
  if (isIP(hostname) !== 0 && hostname !== written) return null
  const isHost = /^[a-z0-9._-]*[a-z0-9_-]$|^\[[0-9a-f:.]+\]$/.test(hostname)
  return isHost && port !== '0' && hostname !== '0.0.0.0' && hostname !== '[::]' ? origin : null
}

const publicUrl = z
  .string()
  .optional()
  .transform((text, context) => {
    if (text === undefined) return null
    const origin = originOf(text)
    if (origin !== null) return origin
    const message = 'give scheme and host without a path, such as https://bids.example.org'
    context.addIssue({ code: 'custom', message })
    return z.NEVER
  })

const allowedOrigins = z
  .string()
  .default('')
  .transform((text, context) => {
    const origins: string[] = []
    for (const one of listOf(text)) {
      const origin = originOf(one)
      if (origin !== null) origins.push(origin)
      else context.addIssue({ code: 'custom', message: `${one} is no origin such as https://www.example.org` })
    }
    return origins
  })

/** Nobody connects to an address of many. */
function isOfMany(address: string): boolean {
  return ['multicast', 'broadcast'].includes(ipaddr.process(address.split('%')[0]!).range())
}

const HOST_NAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*\.?$/i

const onOff = z.enum(['on', 'off'])
const optional = z
  .string()
  .optional()
  .transform((value) => (value === undefined || value === '' ? null : value))

const environment = z.object({
  HOST: z
    .string()
    .default('localhost')
    .refine(
      (host) => (isIP(host) === 0 ? HOST_NAME.test(host) && !/^\d+$/.test(host) : !isOfMany(host)),
      'give a host name or an address of this machine, such as 0.0.0.0, and no port',
    ),
  PORT: z
    .string()
    .regex(/^(0|[1-9]\d{0,4})$/, 'give a number from 0 to 65535')
    .transform(Number)
    .refine((port) => port <= 65_535, 'give a number from 0 to 65535')
    .default(3000),
  DATA_DIR: z.string().min(1).default('./data'),
  DATABASE_URL: optional,
  REDIS_URL: optional,
  PUBLIC_URL: publicUrl,
  ALLOWED_ORIGINS: allowedOrigins,
  ADMIN_EMAIL: email.nullish().default(null),
  ADMIN_PASSWORD: passwordOf(PASSWORD_MIN)
    .refine(
      (password) => password === password.trim(),
      'give it without blanks and line breaks around it, as a file may end in one: nobody types them',
    )
    .nullish()
    .default(null),
  REGISTRATION: z.enum(['open', 'invite']).default('open'),
  WATCHING: z.enum(['public', 'members']).default('public'),
  RATE_LIMITS: onOff.default('on'),
  STAFF_BIDS: onOff.default('off'),
  DEMO: onOff.default('on'),
  TRUST_PROXY: trustProxy,
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
  METRICS_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]{8,}$/, 'give 8 characters or more without blanks')
    .nullish()
    .default(null),
})

export type Config = z.output<typeof environment>

/** Thrown with one line a person can act on. */
export class ConfigError extends Error {}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '::1'])

/** Reads the configuration; empty variables count as unset, and are what `presets` say. */
export function readConfig(
  env: Readonly<Record<string, string | undefined>> = process.env,
  presets: Readonly<Record<string, string>> = {},
): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '' && value !== undefined))
  const [slip] = misspelt(Object.keys(given), Object.keys(environment.shape))
  if (slip !== undefined)
    throw new ConfigError(`${slip[0]}: the setting is called ${slip[1]}; unset or rename this one`)
  const read = environment.safeParse({ ...presets, ...given })
  if (!read.success)
    throw new ConfigError(read.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '))
  const config = read.data
  if (config.DATABASE_URL !== null) throw new ConfigError('DATABASE_URL: PostgreSQL is not supported yet; unset it')
  if (config.REDIS_URL !== null) throw new ConfigError('REDIS_URL: Redis is not supported yet; unset it')
  if ((config.ADMIN_EMAIL === null) !== (config.ADMIN_PASSWORD === null))
    throw new ConfigError('ADMIN_EMAIL and ADMIN_PASSWORD go together')
  if (config.RATE_LIMITS === 'off' && !LOOPBACK.has(config.HOST))
    throw new ConfigError('RATE_LIMITS=off is for tests on loopback only: set HOST=127.0.0.1')
  return config
}

export const limits = {
  /** Commands that wait for a commit. Beyond it the answer is try_again: waiting longer would help nobody. */
  queueMax: 10_000,
  /** Commands in one transaction: enough to share an fsync, few enough to answer within some 20 ms. */
  batchMax: 512,
  /** How often a command is decided anew after another process was faster. */
  conflictRetriesMax: 8,
  /** Refused bids in an auction's private chain: enough for any dispute, and no flood fills the disk. */
  refusalsKeptMax: 1_000,
  /** Of one person and reason those that have an entry each. */
  refusalsSinglyMax: 10,
  /** Auctions held in memory; others are read again when they are asked for. */
  auctionsHeldMax: 10_000,
  /** How often it is noted that the service lives: the precision of the outage rule (SC-5). */
  beatMs: 1_000,
  /** Every how many beats the note is written durably: one small fsync in five seconds. */
  beatsPerWrite: 5,
  /** A write that takes longer hangs: whoever waits is told that the outcome is unknown. */
  stallMs: 3_000,
  /** Between attempts to open sick storage again. */
  recoverMs: 500,
  /** What was received and waits longer for its turn to be read counts as received later, and no end waits for it. */
  arrivalMsMax: 1_000,
  /** How soon a client told try_again should come back. */
  retryAfterSeconds: 1,

  /** A request's body: a description of 20,000 characters in UTF-8, twice over. */
  bodyBytesMax: 256 * 1024,
  /** Of a body that was refused as too large what is read away before the answer, for how long, and how long nothing may come. */
  drainBytesMax: 32 * 1024 * 1024,
  drainMs: 5_000,
  drainIdleMs: 1_000,
  /** A client that sends its request more slowly than this is let go. */
  requestTimeoutMs: 30_000,
  /** A connection on which nothing moves, such as one whose answer nobody reads: longer than a long poll waits. */
  idleConnectionMs: 60_000,
  /** Connections that wait to be taken: beyond it the kernel drops them, and who bids tries again only after a second. */
  backlogMax: 4_096,
  /** How long a browser keeps what a preflight said: Chromium takes no more. */
  preflightSeconds: 7_200,
  /** How long an EventSource waits before it comes back. */
  streamRetryMs: 2_000,
  /** Requests on one connection that wait for their answers. */
  pipelinedMax: 16,
  /** Ledgers sent at a time to one network or person: the kernel takes some 5 MB of each from whoever does not read. */
  ledgersAtOnce: 4,
  /** How often it is looked for such clients. */
  slowRequestsLookMs: 5_000,

  /** A photograph as a telephone takes it, with room to spare. */
  imageBytesMax: 10 * 1024 * 1024,
  /** The most that cameras make. A baseline JPEG is made smaller as it is read, a PNG row by row: 15 MiB and 95 MiB at the peak. */
  imagePixelsMax: 210_000_000,
  /** Of what must be held as a whole to decode it (progressive and interlaced, WebP, GIF, turned PNG): some 200 to 400 MB for a moment. */
  imagePixelsHeldMax: 64_000_000,
  /** AVIF costs up to thirty times the decoding of a JPEG, in one go that no time limit ends: some 2 s. */
  avifPixelsMax: 16_000_000,
  /** What an AVIF's pixels count for where pixels are counted. */
  avifPixelCost: 4,
  /** A picture that takes longer to decode was made to. */
  imageSecondsMax: 5,
  /** Pictures decoded at once: one leaves the other core to bids. */
  picturesAtOnce: 1,
  /** Uploads coming in, and decodings waiting: each holds up to imageBytesMax. */
  picturesWaitingMax: 8,
  /** Of these uploads, those of one person: eight slow ones shall not keep all others out. */
  uploadsPerPersonMax: 2,
  /** All pictures on disk: some 20,000, and no more than a small disk bears. */
  imagesBytesTotalMax: 5 * 1024 ** 3,
  /** Those of one seller: some 2,000. Admins are bound by the total alone. */
  imagesBytesPerSellerMax: 500 * 1024 ** 2,
  /** How long a picture that no auction names is kept: a form is filled in within that. */
  unusedPictureMs: 7 * 24 * 3_600 * 1_000,
  /** How often it is looked for such pictures, and for sessions that are over. */
  sweepEveryMs: 24 * 3_600 * 1_000,
  /** Auctions read in one go when it is looked what they name, before others have their turn. */
  sweepAuctionsMax: 200,
  /** A picture of another site: how long it may take, how often it may send us on, how many are fetched at once. */
  copyTimeoutMs: 10_000,
  copyRedirectsMax: 3,
  copiesAtOnce: 2,
  /** How often it is looked for pictures to fetch. */
  copiesLookMs: 60_000,
  /** Pictures to fetch that are read in one go, and those of one person that are under way. */
  copiesDueMax: 50,

  /** Auctions whose lines in lists are kept as they are shown: some 2 kB each. */
  listedKeptMax: 10_000,
  pageDefault: 50,
  pageMax: 200,

  /** A frame from a client, as the contract says. */
  frameBytesMax: 16 * 1024,
  heartbeatSeconds: 10,
  /** Heartbeats without a pong after which a connection is dead. */
  missedPongsMax: 2,
  /** Messages that could not be read after which a socket is not understood. */
  unreadableMax: 10,
  /** How long a watcher may leave unread what the socket holds (64 KiB); no more events are sent to it meanwhile. */
  unreadMs: 20_000,
  /** What somebody who fell behind is sent at once. */
  catchUpBytes: 64 * 1024,
  /** What a watcher may leave unread, whatever it is, before it is let go to resume. */
  unreadBytesMax: 256 * 1024,
  /** After a close frame nobody answers. */
  closeTimeoutMs: 5_000,
  /** How long who floods has to read that they did. */
  floodCloseMs: 500,
  /** Where one must be signed in to watch: how long a socket may wait with its token. */
  authTimeoutMs: 5_000,
  /** Sockets and streams of this process; of one user or, signed out, of one address (of IPv6: of one /64). */
  watchersMax: 20_000,
  watchersPerUserMax: 100,
  /** Of those who are not signed in, how many of one address follow many auctions at once. */
  cataloguesPerAddressMax: 500,
  watchersPerAddressMax: 2_000,
  /** How many times the budget of one /64 all of an IPv6 /48 have. */
  wideNetworkTimes: 8,
  /** Sockets without a place that may still say who they are; the first of them go when there are more. */
  watchersWaitingMax: 1_000,
  /** Recent events kept ready for those who resume; older ones come from the journal. */
  ringEvents: 200,
  /** A resume of more is answered by a snapshot; also the events of one answer without WebSocket. */
  resumeEventsMax: 1_000,
  /** At most one frame in this time to a page that shows many auctions. */
  pricesEveryMs: 250,
  waitSecondsMax: 30,

  accessTokenSeconds: 15 * 60,
  sessionSeconds: 30 * 24 * 3_600,
  /** How long a renewal whose answer was lost is answered again: pages notice that after 10 s, and are loaded again after a few more. */
  refreshGraceMs: 30_000,
  /** The last day of a session, whatever the refreshes: a stolen one does not live for ever. */
  sessionWholeSeconds: 90 * 24 * 3_600,
  /** How long a session that is over is kept, and how many go in one transaction: each lets others commit between. */
  sessionKeptMs: 7 * 24 * 3_600 * 1_000,
  sessionsSweptMax: 200,
  /** Passwords being hashed at once (19 MiB each), one leaving the other core to bids. */
  hashesAtOnce: 1,
  /** Passwords waiting for it, some five seconds of work; of one network as many as it may sign in at once. */
  hashesWaitingMax: 100,
  hashesWaitingPerNetworkMax: 30,
  /** Hashes of which it is kept whose they were: those of some minutes. */
  hashesCounted: 4_000,
} as const

export const rates = {
  /** Requests by network or, signed in, by user: a room of 300 may share an address, and each loads a page at once. */
  requests: { perSecond: 50, burst: 3_000 },
  /** Requests with a token that is not good, by network: each costs a signature. */
  badTokens: { perSecond: 50, burst: 3_000 },
  /** Connections of one network that are cut off for what they send unasked, before it cannot connect. */
  cutOff: { perSecond: 0.5, burst: 10 },
  /** Sign-ins by network: 30 a minute. */
  signIn: { perSecond: 0.5, burst: 30 },
  /** Wrong passwords for one account from one network: more is guessing. Whoever is elsewhere has guesses of their own. */
  wrongPasswords: { perSecond: 1 / 30, burst: 10 },
  /** Accounts made from one network: 100 an hour. */
  signUp: { perSecond: 100 / 3_600, burst: 100 },
  /** Refresh tokens exchanged by network: each leaves one that is kept as long as its session. */
  refreshes: { perSecond: 2, burst: 3_000 },
  /** … and of one session: a page that is loaded exchanges one. 2,900 a day are kept. */
  sessionRefreshes: { perSecond: 1 / 30, burst: 120 },
  /** Auctions made by one seller, and changed or acted on: admins make and change as many as they like. */
  creations: { perSecond: 1_000 / 3_600, burst: 1_000 },
  edits: { perSecond: 300 / 3_600, burst: 300 },
  /** Pictures of one user: ten auctions with all their pictures in an hour. */
  images: { perSecond: 200 / 3_600, burst: 200 },
  /** Pixels of one user that are decoded: 160 photographs of 12 megapixels an hour. */
  pixels: { perSecond: 2_000_000_000 / 3_600, burst: 2_000_000_000 },
  /** Bids of one user over both transports: far above a finger, and a bot gains nothing by more. */
  bids: { perSecond: 20, burst: 40 },
  /** Auctions that one asks to be told the prices of: 300 people of one address who load a page at once; strangers, and one member. */
  watchedByStrangers: { perSecond: 100, burst: 15_000 },
  watchedByMembers: { perSecond: 200, burst: 4_000 },
  /** Bids of one user in one auction that are accepted, by the hour, and five times as many in all: each is stored for good, silent raises too. */
  acceptedBids: { perSecond: 1_000 / 3_600, burst: 1_000 },
  /** … and of one network, which can make accounts without end: 5,000 at once is a room of 100 for some minutes. 72 MB an hour. */
  acceptedBidsByNetwork: { perSecond: 20_000 / 3_600, burst: 5_000 },
  /** Messages of one socket. */
  messages: { perSecond: 50, burst: 100 },
  /** Users and networks counted of each kind: some 10 MB. */
  bucketsMax: 50_000,
} as const
