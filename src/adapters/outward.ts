import { type LookupAddress, type LookupAllOptions, lookup as dnsLookup } from 'node:dns'
import { request as httpRequest } from 'node:http'
import { get, request as httpsRequest } from 'node:https'
import { BlockList, type LookupFunction, isIP } from 'node:net'
import { limits } from '../config/limits.ts'

/** Fetching from other sites, whose addresses people give: nothing that is not on the public network is reached by it. */

/** What is no public address: RFC 6890 and its successors. */
const closed = new BlockList()
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  closed.addSubnet(network, bits, 'ipv4')
/** Of IPv6 only what is given out to the public is open, and of that not what holds an IPv4 address, nor documentation. */
const open = new BlockList()
open.addSubnet('2000::', 3, 'ipv6')
for (const [network, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  closed.addSubnet(network, bits, 'ipv6')

export function isPublic(address: string): boolean {
  if (isIP(address) === 4) return !closed.check(address, 'ipv4')
  return isIP(address) === 6 && open.check(address, 'ipv6') && !closed.check(address, 'ipv6')
}

/** Looks up all addresses of a name. */
type Resolve = (
  hostname: string,
  options: LookupAllOptions,
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

/** What a test may exchange, to reach a site of its own. */
export type Outward = {
  readonly mayReach: (address: string) => boolean
  readonly ca?: string
  readonly resolve?: Resolve
  /** Whether plain http will do. */
  readonly isPlain?: boolean
}

const REDIRECTS = new Set([301, 302, 303, 307, 308])

/** The bytes at an https address, at most `imageBytesMax` of them. Throws with a reason that may be shown. */
export async function fetchOutward(
  address: string,
  gone: AbortSignal,
  outward: Outward = { mayReach: isPublic },
): Promise<Buffer> {
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(), limits.copyTimeoutMs)
  try {
    return await followed(new URL(address), AbortSignal.any([gone, late.signal]), outward)
  } catch (error) {
    throw late.signal.aborted ? new Error('takes too long', { cause: error }) : error
  } finally {
    clearTimeout(timer)
  }
}

async function followed(from: URL, signal: AbortSignal, outward: Outward): Promise<Buffer> {
  let next = from
  for (let redirects = 0; redirects <= limits.copyRedirectsMax; redirects += 1) {
    const answer = await request(next, signal, outward)
    if (Buffer.isBuffer(answer)) return answer
    next = answer
  }
  throw new Error('sends on too often')
}

/** The bytes, or where it sends on to. */
function request(url: URL, signal: AbortSignal, outward: Outward): Promise<Buffer | URL> {
  requireReachable(url, outward)
  const { ca } = outward
  return new Promise((resolve, reject) => {
    const asked = get(
      url,
      {
        signal,
        agent: false,
        lookup: guardedLookup(outward),
        headers: { accept: 'image/*', 'user-agent': 'martillo' },
        ...(ca === undefined ? {} : { ca }),
      },
      (answer) => {
        const fail = (why: string) => {
          answer.destroy()
          reject(new Error(why))
        }
        const { statusCode = 0, headers } = answer
        if (REDIRECTS.has(statusCode)) {
          const to = headers.location ?? ''
          if (!URL.canParse(to, url)) return fail('sends on to nowhere')
          answer.destroy()
          return resolve(new URL(to, url))
        }
        if (statusCode !== 200) return fail(`answers ${statusCode}`)
        const chunks: Buffer[] = []
        let length = 0
        answer.on('data', (chunk: Buffer) => {
          length += chunk.length
          chunks.push(chunk)
          if (length > limits.imageBytesMax) fail(`has more than ${limits.imageBytesMax} bytes`)
        })
        answer.on('end', () => (answer.complete ? resolve(Buffer.concat(chunks)) : fail('was cut off')))
        answer.on('error', reject)
        answer.on('close', () => reject(new Error('was cut off')))
      },
    )
    asked.on('error', reject)
  })
}

type Post = {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly gone: AbortSignal
  readonly outward: Outward
}

/** Posts to an address, through redirects that keep the method, and returns the status. Throws with a reason that may be shown. */
export async function postOutward(address: string, post: Post): Promise<number> {
  let url = new URL(address)
  for (let redirects = 0; redirects <= limits.copyRedirectsMax; redirects += 1) {
    const answer = await postOnce(url, post)
    if (typeof answer === 'number') return answer
    url = answer
  }
  throw new Error('sends on too often')
}

/** Names of this machine, whatever a resolver says (RFC 6761, 6.3). */
const LOCALHOST = /(^|\.)localhost\.?$/
const LOOPBACK = ['127.0.0.1', '::1']

/** Throws if an address is not https, or names a host that may not be reached, as far as that is known without a lookup. */
export function requireReachable(url: URL, { mayReach, isPlain = false }: Outward): void {
  if (url.protocol !== 'https:' && !(isPlain && url.protocol === 'http:')) throw new Error('is not https')
  // A name that is an address is never looked up.
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const addresses = isIP(host) !== 0 ? [host] : LOCALHOST.test(host) ? LOOPBACK : null
  if (addresses?.some(mayReach) === false) throw new Error('is at no public address')
}

/** Why nothing may be posted to an address, or null if that is not known before its name is looked up. */
export function whyNotReachable(address: string, outward: Outward): string | null {
  try {
    const url = new URL(address)
    requireReachable(url, outward)
    return url.username === '' && url.password === '' ? null : 'must name no user'
  } catch (error) {
    return (error as Error).message
  }
}

const KEEPS_METHOD = new Set([307, 308])

/** The status, or where it sends on to. What it says else is not read. */
function postOnce(url: URL, { headers, body, gone, outward }: Post): Promise<number | URL> {
  requireReachable(url, outward)
  const { ca } = outward
  const options = {
    method: 'POST',
    signal: gone,
    agent: false,
    lookup: guardedLookup(outward),
    headers: { 'user-agent': 'martillo', 'content-length': String(Buffer.byteLength(body)), ...headers },
    ...(ca === undefined ? {} : { ca }),
  } as const
  return new Promise((resolve, reject) => {
    const asked = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, options, (answer) => {
      const { statusCode = 0, headers: said } = answer
      answer.destroy()
      const to = said.location ?? ''
      if (!KEEPS_METHOD.has(statusCode)) return resolve(statusCode)
      return URL.canParse(to, url) ? resolve(new URL(to, url)) : reject(new Error('sends on to nowhere'))
    })
    asked.on('error', reject)
    asked.end(body)
  })
}

/** What it resolves to is what is connected to: a name cannot be looked up once for us and another time for the socket. */
export function guardedLookup({ mayReach, resolve = dnsLookup }: Outward): LookupFunction {
  return (hostname, options, done) =>
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return done(error, '')
      if (addresses.length === 0 || !addresses.every(({ address }) => mayReach(address)))
        return done(new Error('is at no public address'), '')
      if (options.all === true) return done(null, addresses)
      return done(null, addresses[0]!.address, addresses[0]!.family)
    })
}
