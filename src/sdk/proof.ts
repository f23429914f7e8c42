import type { OutcomeView } from './wire.ts'

/**
 * Checks an exported ledger where there is nothing but WebCrypto, such as in a browser: its chain, its signatures, its place in the
 * log, and the receipts one kept (docs/ledger.md). `martillo verify` replays the rules as well.
 */

/** What a bidder keeps of an answer: the receipt, and what opens its commitment. */
export type Kept = {
  readonly receipt: string
  readonly bid: {
    readonly amount: number
    readonly maximum: number | null
    readonly minimum?: number | null | undefined
    readonly salt: string
  }
}

/** Where it breaks: the file, the chain, the house's statements about the end, the log, or one of the receipts. */
export type Break = 'file' | 'chain' | 'certificate' | 'log' | 'receipt'

export type LedgerCheck =
  | {
      readonly ok: true
      readonly entries: number
      /** The name of the key that signed the end: a thumbprint (RFC 7638). */
      readonly key: string
      readonly outcome: OutcomeView | null
      /** The certificate's place among the statements of the house's log. */
      readonly place: { readonly index: number; readonly size: number }
      readonly receipts: number
    }
  /** `line` counts from 1; null for what is beside the file. */
  | { readonly ok: false; readonly line: number | null; readonly why: Break }

class Broken extends Error {
  readonly line: number | null
  readonly why: Break
  constructor(line: number | null, why: Break) {
    super(why)
    this.line = line
    this.why = why
  }
}

type Entry = { readonly hash: string; readonly said: Said }
type Said = Readonly<Record<string, unknown>>
type Jwk = { readonly kid: string; readonly x: string }

/** Of an auction that is over. Throws where the browser knows no Ed25519. */
export async function checkLedger(text: string, kept: readonly Kept[] = []): Promise<LedgerCheck> {
  try {
    const lines = text.split('\n')
    // Each line ends in a line feed, the last one too.
    if (lines.pop() !== '') throw new Broken(lines.length + 1, 'file')
    return await check(lines, kept)
  } catch (error) {
    if (error instanceof Broken) return { ok: false, line: error.line, why: error.why }
    throw error
  }
}

async function check(lines: readonly string[], kept: readonly Kept[]): Promise<LedgerCheck> {
  const said = lines.map((line, i) => parse(line, i + 1))
  const [header, ending] = [said[0], said.at(-1)]
  if (header === undefined || ending === undefined) throw new Broken(1, 'file')
  if (!/^martillo ledger v[23]$/.test(String(header['ledger'])) || typeof ending['certificate'] !== 'string')
    throw new Broken(1, 'file')
  const entries = await follow(lines.slice(1, -1), said.slice(1, -1), header)
  const keys = (header['keys'] ?? []) as Jwk[]
  const certificate = await readSigned(ending['certificate'], 'certificate', keys, lines.length)
  const last = entries.at(-1)
  const outcome = (last?.said['data'] as Said | undefined)?.['outcome'] ?? null
  const states = [
    certificate['head'],
    certificate['auction'],
    certificate['entries'],
    JSON.stringify(certificate['outcome']),
  ]
  const leads = [last?.hash, header['auction'], String(entries.length), JSON.stringify(outcome)]
  if (states.some((one, i) => one !== leads[i])) throw new Broken(lines.length, 'certificate')
  const place = await checkLog(ending, keys, lines.length)
  for (const one of kept) await checkReceipt(one, entries, keys)
  const key = header64(ending['certificate'])['kid'] as string
  return { ok: true, entries: entries.length, key, outcome: numbered(outcome), place, receipts: kept.length }
}

function numbered(outcome: unknown): OutcomeView | null {
  if (outcome === null) return null
  const { price, ...rest } = outcome as Omit<OutcomeView, 'price'> & { price: string | null }
  return { ...rest, price: price === null ? null : Number(price) }
}

async function follow(lines: readonly string[], said: readonly Said[], header: Said): Promise<Entry[]> {
  const entries: Entry[] = []
  let previous = '0'.repeat(64)
  for (const [i, line] of lines.entries()) {
    const entry = said[i]!
    if (entry['previous'] !== previous || entry['seq'] !== String(i + 1) || entry['auction'] !== header['auction'])
      throw new Broken(i + 2, 'chain')
    previous = await sha256(bytes('martillo public entry v2\n'), bytes(line))
    entries.push({ hash: previous, said: entry })
  }
  if (previous !== header['head']) throw new Broken(lines.length + 1, 'chain')
  return entries
}

/** 32 bytes in their one form: `unhex` takes what is no digit for a zero. */
const HASH = /^[0-9a-f]{64}$/

/** RFC 6962, 2.1.1: the certificate is in the tree whose root is signed. */
async function checkLog(ending: Said, keys: readonly Jwk[], line: number) {
  const signed = await readSigned(String(ending['checkpoint']), 'checkpoint', keys, line)
  const [index, size] = [Number(ending['index']), Number(ending['size'])]
  let hash = await sha256(Uint8Array.of(0), bytes(String(ending['certificate'])))
  let [first, last] = [index, size - 1]
  for (const other of ending['hashes'] as string[]) {
    if (!HASH.test(other)) throw new Broken(line, 'log')
    const isRight = first % 2 === 1 || first === last
    hash = await sha256(Uint8Array.of(1), ...(isRight ? [unhex(other), unhex(hash)] : [unhex(hash), unhex(other)]))
    if (isRight) while (first % 2 === 0 && first !== 0) [first, last] = [half(first), half(last)]
    ;[first, last] = [half(first), half(last)]
  }
  if (last !== 0 || signed['root'] !== hash || signed['size'] !== String(size)) throw new Broken(line, 'log')
  return { index, size }
}

/** How far a bid goes. */
function mostOf({ amount, maximum, minimum = null }: Kept['bid']): number {
  return maximum ?? minimum ?? amount
}

async function checkReceipt({ receipt, bid }: Kept, entries: readonly Entry[], keys: readonly Jwk[]): Promise<void> {
  if (!HASH.test(bid.salt) || !Number.isSafeInteger(mostOf(bid))) throw new Broken(null, 'receipt')
  const said = await readSigned(receipt, 'receipt', keys, null)
  const at = Number(said['asOfSeq'])
  if (entries[at - 1]?.hash !== said['head']) throw new Broken(at + 1, 'receipt')
  const most = String(mostOf(bid))
  const text = ['martillo maximum v2', said['auction'], said['bid'], most].join('\n')
  if ((await hmac(bid.salt, text)) !== said['commitment']) throw new Broken(null, 'receipt')
  if (said['seq'] === null) return
  const entry = entries[Number(said['seq']) - 1]?.said
  const data = entry?.['data'] as Said | undefined
  if (data?.['bid'] !== said['bid'] || entry?.['commitment'] !== said['commitment'])
    throw new Broken(Number(said['seq']) + 1, 'receipt')
}

/** The payload of a JWS of this kind that one of the keys signed (RFC 7515, RFC 8037). */
async function readSigned(jws: string, kind: string, keys: readonly Jwk[], line: number | null): Promise<Said> {
  const why: Break = kind === 'checkpoint' ? 'log' : kind === 'receipt' ? 'receipt' : 'certificate'
  const [head = '', body = '', signature = '', ...more] = jws.split('.')
  const { kid } = header64(jws)
  const jwk = keys.find((one) => one.kid === kid)
  if (jwk === undefined || more.length > 0 || (await thumbprint(jwk.x)) !== kid) throw new Broken(line, why)
  // One text for one content: the header is canonical, and no part can be written in another way.
  const header = base64(bytes(`{"alg":"EdDSA","kid":"${kid}","typ":"martillo-${kind}+jws"}`))
  if (head !== header || ![body, signature, jwk.x].every(isBase64)) throw new Broken(line, why)
  const key = await crypto.subtle.importKey('jwk', { kty: 'OKP', crv: 'Ed25519', x: jwk.x }, 'Ed25519', false, [
    'verify',
  ])
  if (!(await crypto.subtle.verify('Ed25519', key, unbase64(signature), bytes(`${head}.${body}`))))
    throw new Broken(line, why)
  return parse(new TextDecoder().decode(unbase64(body)), line)
}

function header64(jws: string): Said {
  try {
    return JSON.parse(new TextDecoder().decode(unbase64(jws.split('.')[0] ?? ''))) as Said
  } catch {
    return {}
  }
}

function parse(text: string, line: number | null): Said {
  try {
    const json: unknown = JSON.parse(text)
    if (typeof json === 'object' && json !== null) return json as Said
  } catch {}
  throw new Broken(line, 'file')
}

function half(n: number): number {
  return Math.floor(n / 2)
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text)
}

function unhex(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

function unbase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0))
}

function base64(binary: Uint8Array): string {
  const text = btoa(Array.from(binary, (byte) => String.fromCharCode(byte)).join(''))
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** base64url in its one form: no padding, no other alphabet, the bits that are left over zero. */
function isBase64(text: string): boolean {
  try {
    return base64(unbase64(text)) === text
  } catch {
    return false
  }
}

/** RFC 7638, of an Ed25519 key: what it is named. */
async function thumbprint(x: string): Promise<string> {
  return base64(unhex(await sha256(bytes(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`))))
}

function hex(buffer: ArrayBuffer): string {
  return Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

async function sha256(...parts: readonly Uint8Array[]): Promise<string> {
  return hex(await crypto.subtle.digest('SHA-256', await new Blob([...parts] as BlobPart[]).arrayBuffer()))
}

async function hmac(salt: string, text: string): Promise<string> {
  const key = await crypto.subtle.importKey('raw', unhex(salt), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  return hex(await crypto.subtle.sign('HMAC', key, bytes(text)))
}
