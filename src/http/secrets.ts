import {
  type KeyObject,
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  randomUUID,
} from 'node:crypto'
import { closeSync, existsSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ConfigError } from '../config.ts'

/** Keys and secrets that are not given are made once and kept in DATA_DIR, mode 0600. */

export type SigningKey = { readonly kid: string; readonly privatePem: string; readonly publicPem: string }

/** The Ed25519 key that signs access tokens; `kid` is derived from its public half. */
export function signingKey(dataDir: string): SigningKey {
  const file = join(dataDir, 'access-key.pem')
  const privatePem = kept(file, () =>
    generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  )
  const publicKey = publicOf(privatePem)
  if (publicKey?.asymmetricKeyType !== 'ed25519')
    throw new ConfigError(
      `${file} is no Ed25519 key: put your copy of it back, or delete it, which signs everybody out`,
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

export function metricsToken(dataDir: string): string {
  return kept(join(dataDir, 'metrics-token'), () => randomBytes(32).toString('base64url')).trim()
}

function kept(file: string, make: () => string): string {
  if (!existsSync(file)) keep(file, make())
  return readFileSync(file, 'utf8')
}

/** Whole and durable under its name, or not there: after a power cut half a key would be one that opens nothing. */
function keep(file: string, text: string): void {
  const half = `${file}.${randomUUID()}.half`
  try {
    writeFileSync(half, text, { mode: 0o600, flag: 'wx', flush: true })
    linkSync(half, file)
  } catch (error) {
    // Another process was faster, and its key is the one.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(half, { force: true })
  }
  const folder = openSync(dirname(file), 'r')
  fsyncSync(folder)
  closeSync(folder)
}
