import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  generateKeyPairSync,
  hkdfSync,
  randomBytes,
} from 'node:crypto'
import { ConfigError } from '../../config.ts'
import type { Secrets, SigningKeys } from '../../engine/account-ports.ts'
import { type Signer, signerOf } from '../../ledger/jws.ts'
import type { Queries } from './connections.ts'

const CIPHER = 'aes-256-gcm'
const KEY_BYTES = 32
const IV_BYTES = 12
const TAG_BYTES = 16

/** Secrets in the database, sealed with a key that is derived from HOUSE_SECRET (HKDF-SHA-256, AES-256-GCM). */
export class SealedSecrets implements Secrets {
  readonly #queries: Queries
  readonly #key: Buffer

  constructor(queries: Queries, houseSecret: string) {
    this.#queries = queries
    this.#key = Buffer.from(hkdfSync('sha256', houseSecret, '', 'martillo secrets', KEY_BYTES))
  }

  async read(name: string): Promise<string | null> {
    const row = await this.#queries.get<{ sealed: Buffer }>('SELECT sealed FROM secrets WHERE name = $1', name)
    return row === undefined ? null : this.#open(name, row.sealed)
  }

  where(name: string): string {
    return `${name} in the table of secrets`
  }

  /** The first node to store a name wins; all others read its text. */
  async kept(name: string, make: () => string): Promise<string> {
    const known = await this.read(name)
    if (known !== null) return known
    await this.#queries.run(
      'INSERT INTO secrets (name, sealed) VALUES ($1, $2) ON CONFLICT DO NOTHING',
      name,
      this.#seal(name, make()),
    )
    return (await this.read(name))!
  }

  #seal(name: string, text: string): Buffer {
    const iv = randomBytes(IV_BYTES)
    const cipher = createCipheriv(CIPHER, this.#key, iv).setAAD(Buffer.from(name))
    return Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
  }

  #open(name: string, sealed: Buffer): string {
    const body = sealed.subarray(IV_BYTES, -TAG_BYTES)
    const decipher = createDecipheriv(CIPHER, this.#key, sealed.subarray(0, IV_BYTES))
      .setAAD(Buffer.from(name))
      .setAuthTag(sealed.subarray(-TAG_BYTES))
    try {
      return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8')
    } catch (error) {
      throw new ConfigError(`HOUSE_SECRET does not open ${name} in this database: give the one that it was made with`, {
        cause: error,
      })
    }
  }
}

export class SealedKeys implements SigningKeys {
  readonly where = 'the table of secrets'
  readonly #secrets: SealedSecrets

  constructor(secrets: SealedSecrets) {
    this.#secrets = secrets
  }

  async read(kid: string): Promise<Signer | null> {
    const pem = await this.#secrets.read(nameOf(kid))
    return pem === null ? null : signerOf(createPrivateKey(pem))
  }

  async create(): Promise<Signer> {
    const { privateKey } = generateKeyPairSync('ed25519')
    const signer = signerOf(privateKey)
    await this.#secrets.kept(nameOf(signer.kid), () => privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
    return signer
  }
}

function nameOf(kid: string): string {
  return `keys/${kid}.pem`
}
