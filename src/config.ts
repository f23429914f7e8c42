import ipaddr from 'ipaddr.js'
import { isIP } from 'node:net'
import { z } from 'zod'
import { email } from './config/email.ts'
import { misspelt } from './config/spelling.ts'

/** The only reader of the environment. */

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
/** Characters: those of 24 random bytes. `martillo secret` prints one. */
const HOUSE_SECRET_MIN = 32

/** Characters: a name, and an address of 254. */
const MAIL_FROM_MAX = 320

const databaseUrl = z
  .string()
  .regex(/^postgres(ql)?:\/\/[^\s]+$/, 'give an address such as postgres://martillo:password@db.example.org/martillo')
  .nullish()
  .default(null)

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
  DATABASE_URL: databaseUrl,
  REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\/[^\s]+$/, 'give an address such as redis://cache.example.org:6379')
    .nullish()
    .default(null),
  HOUSE_SECRET: z
    .string()
    .min(HOUSE_SECRET_MIN, `give at least ${HOUSE_SECRET_MIN} characters`)
    .nullish()
    .default(null),
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\/[^\s]+$/, 'give an address such as smtp://user:password@mail.example.org:587')
    .nullish()
    .default(null),
  MAIL_FROM: z
    .string()
    .max(MAIL_FROM_MAX)
    .regex(
      /^([^<>@\r\n]+<[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)$/,
      'give an address such as Clock house <bids@example.org>',
    )
    .nullish()
    .default(null),
  WEBHOOKS_PRIVATE: onOff.default('off'),
  DURABILITY: z.enum(['checked', 'trusted']).default('checked'),
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

/** Reads the configuration, where an option of a command takes the place of a variable. */
export function readConfigWith(options: Readonly<Record<string, string>>): Config {
  return readConfig({ ...process.env, ...options })
}

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
  if (config.DATABASE_URL !== null && config.HOUSE_SECRET === null)
    throw new ConfigError(
      'HOUSE_SECRET is needed with DATABASE_URL: `martillo secret` prints one; keep it apart from the database and its backups',
    )
  if (config.REDIS_URL !== null && config.DATABASE_URL === null)
    throw new ConfigError('REDIS_URL carries between nodes on one PostgreSQL: set DATABASE_URL as well, or unset it')
  if ((config.SMTP_URL === null) !== (config.MAIL_FROM === null))
    throw new ConfigError('SMTP_URL and MAIL_FROM go together')
  if (config.SMTP_URL !== null && config.PUBLIC_URL === null)
    throw new ConfigError('SMTP_URL needs PUBLIC_URL: the mails hold links to the pages')
  if ((config.ADMIN_EMAIL === null) !== (config.ADMIN_PASSWORD === null))
    throw new ConfigError('ADMIN_EMAIL and ADMIN_PASSWORD go together')
  if (config.RATE_LIMITS === 'off' && !LOOPBACK.has(config.HOST))
    throw new ConfigError('RATE_LIMITS=off is for tests on loopback only: set HOST=127.0.0.1')
  return config
}
