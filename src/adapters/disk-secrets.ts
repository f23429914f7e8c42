import { randomUUID } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Secrets } from '../engine/account-ports.ts'

/** Secrets as files of DATA_DIR, mode 0600. */
export class DiskSecrets implements Secrets {
  readonly #dataDir: string

  constructor(dataDir: string) {
    this.#dataDir = dataDir
  }

  where(name: string): string {
    return join(this.#dataDir, name)
  }

  async kept(name: string, make: () => string): Promise<string> {
    const file = this.where(name)
    if (!existsSync(file)) keep(file, make())
    return readFileSync(file, 'utf8')
  }
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
