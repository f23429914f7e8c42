import { type KeyObject, createHash, createPublicKey, sign, verify } from 'node:crypto'
import { z } from 'zod'
import { canonical, isCanonical, readCanonical } from './canonical.ts'

/** Signatures: JWS in compact form (RFC 7515) with Ed25519 (RFC 8037). Nothing but EdDSA is ever written or read. */

/** What is signed, told apart by the header's `typ`. */
export type Kind = 'receipt' | 'certificate' | 'checkpoint' | 'key'

export const publicJwk = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string().regex(/^[\w-]{43}$/),
  kid: z.string().max(64),
  alg: z.literal('EdDSA'),
  use: z.literal('sig'),
})
export type PublicJwk = z.output<typeof publicJwk>

/** As ledgers, statements and sets of keys hold it: no other member, one text for one key, and its own name. */
export const exactJwk = z
  .strictObject(publicJwk.shape)
  .refine(({ x, kid }) => bytesOf(x) !== null && thumbprint(x) === kid, 'is not named by its thumbprint')

/** A key and its name, which is the thumbprint of its public half (RFC 7638). */
export type Signer = { readonly kid: string; readonly privateKey: KeyObject; readonly jwk: PublicJwk }

export function signerOf(privateKey: KeyObject): Signer {
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' })
  const jwk = jwkOf(x!)
  return { kid: jwk.kid, privateKey, jwk }
}

function jwkOf(x: string): PublicJwk {
  return { kty: 'OKP', crv: 'Ed25519', x, kid: thumbprint(x), alg: 'EdDSA', use: 'sig' }
}

/** RFC 7638, of an Ed25519 key: SHA-256, base64url. */
export function thumbprint(x: string): string {
  return createHash('sha256').update(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`).digest('base64url')
}

const headers = new Map<string, string>()

function headerOf(kid: string, kind: Kind): string {
  const name = `${kid} ${kind}`
  let header = headers.get(name)
  if (header === undefined) {
    const text = canonical({ alg: 'EdDSA', kid, typ: `martillo-${kind}+jws` })
    headers.set(name, (header = Buffer.from(text).toString('base64url')))
  }
  return header
}

export function signJws({ kid, privateKey }: Signer, kind: Kind, payload: object): string {
  const text = `${headerOf(kid, kind)}.${Buffer.from(canonical(payload)).toString('base64url')}`
  return `${text}.${sign(null, Buffer.from(text), privateKey).toString('base64url')}`
}

const header = z.strictObject({ alg: z.literal('EdDSA'), kid: z.string(), typ: z.string() })

export type Read = { readonly kid: string; readonly payload: unknown }

/** What a JWS of this kind says, numbers as numbers, where one of these keys signed it; else null. */
export function readJws(jws: string, kind: Kind, keys: readonly PublicJwk[]): Read | null {
  const [head = '', body = '', signature = '', ...more] = jws.split('.')
  const read = header.safeParse(parse(head))
  const key = keys.find(({ kid }) => read.success && kid === read.data.kid)
  if (!read.success || key === undefined || more.length > 0 || read.data.typ !== `martillo-${kind}+jws`) return null
  // The name of a key is its thumbprint: a listed key cannot borrow the name of another.
  if (thumbprint(key.x) !== key.kid) return null
  const publicKey = createPublicKey({ key: { kty: key.kty, crv: key.crv, x: key.x }, format: 'jwk' })
  const signed = bytesOf(signature)
  if (signed === null || !verify(null, Buffer.from(`${head}.${body}`), publicKey, signed)) return null
  const payload = parse(body)
  return payload === undefined ? null : { kid: key.kid, payload }
}

/** What canonical text in a part of a JWS says; undefined where it is none. */
function parse(part: string): unknown {
  const text = bytesOf(part)?.toString()
  return text !== undefined && isCanonical(text) ? readCanonical(text) : undefined
}

/** base64url in its one form (RFC 4648, 5): no padding, no other alphabet, the bits that are left over zero. Else null. */
function bytesOf(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : null
}
