import {
  type KeyObject,
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
} from 'node:crypto'
import { ConfigError } from '../config.ts'
import type { Secrets } from '../engine/account-ports.ts'

/** Keys and tokens of the HTTP interface that are not given: made once, and kept. */

const ACCESS_KEY = 'access-key.pem'

export type SigningKey = { readonly kid: string; readonly privatePem: string; readonly publicPem: string }

/** The Ed25519 key that signs access tokens; `kid` is derived from its public half. */
export async function signingKey(secrets: Secrets): Promise<SigningKey> {
  const privatePem = await secrets.kept(ACCESS_KEY, () =>
    generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  )
  const publicKey = publicOf(privatePem)
  if (publicKey?.asymmetricKeyType !== 'ed25519')
    throw new ConfigError(
      `${secrets.where(ACCESS_KEY)} is no Ed25519 key: put your copy of it back, or delete it, which signs everybody out`,
    )
  const kid = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64url')
    .slice(0, 16)
  return { kid, privatePem, publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString() }
}

function publicOf(privatePem: string): KeyObject | null {
  try {
    return createPublicKey(createPrivateKey(privatePem))
  } catch {
    return null
  }
}

export async function metricsToken(secrets: Secrets): Promise<string> {
  return (await secrets.kept('metrics-token', () => randomBytes(32).toString('base64url'))).trim()
}

/** The key pair of our push messages (VAPID, RFC 8292), as push services want it: raw, in base64url. */
export async function vapidKeys(
  secrets: Secrets,
): Promise<{ readonly publicKey: string; readonly privateKey: string }> {
  const pem = await secrets.kept('push-key.pem', () =>
    generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  )
  const { d, x, y } = createPrivateKey(pem).export({ format: 'jwk' })
  const point = Buffer.concat([UNCOMPRESSED, ...[x!, y!].map((part) => Buffer.from(part, 'base64url'))])
  return { publicKey: point.toString('base64url'), privateKey: d! }
}

/** What a point of a curve begins with that is written out in full (SEC 1, 2.3.3). */
const UNCOMPRESSED = Buffer.of(4)
