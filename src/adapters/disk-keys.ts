import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { mkdir, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ConfigError } from '../config.ts'
import type { SigningKeys } from '../engine/account-ports.ts'
import { type Signer, signerOf } from '../ledger/jws.ts'

function ed25519(pem: Buffer): Signer | null {
  try {
    const key = createPrivateKey(pem)
    return key.asymmetricKeyType === 'ed25519' ? signerOf(key) : null
  } catch {
    return null
  }
}

/** One file a key, `<kid>.pem`, mode 0600, in a folder of their own: no backup of the database holds them. */
export class DiskKeys implements SigningKeys {
  readonly #folder: string

  constructor(dataDir: string) {
    this.#folder = join(dataDir, 'keys')
  }

  get where(): string {
    return this.#folder
  }

  async read(kid: string): Promise<Signer | null> {
    const file = this.#fileOf(kid)
    let pem: Buffer
    try {
      pem = await readFile(file)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
      throw error
    }
    const signer = ed25519(pem)
    if (signer?.kid === kid) return signer
    throw new ConfigError(`${file} does not hold that key: put your copy of it back, or move it away to have a new one`)
  }

  async create(): Promise<Signer> {
    const { privateKey } = generateKeyPairSync('ed25519')
    const signer = signerOf(privateKey)
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    const file = await open(this.#fileOf(signer.kid), 'wx', 0o600)
    try {
      await file.writeFile(privateKey.export({ type: 'pkcs8', format: 'pem' }))
      await file.sync()
    } finally {
      await file.close()
    }
    await this.#syncFolder()
    return signer
  }

  /** Without it the name of a new file may be gone after a power cut, though its content is there. */
  async #syncFolder(): Promise<void> {
    const folder = await open(this.#folder)
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
  }

  #fileOf(kid: string): string {
    return join(this.#folder, `${kid}.pem`)
  }
}
