import { statfs } from 'node:fs/promises'
import { type Config, ConfigError } from '../../config.ts'
import { makeFolder } from '../folder.ts'
import type { Storage } from '../storage.ts'
import { PostgresAccounts } from './accounts.ts'
import { Postgres, addressesIn } from './connections.ts'
import { PostgresHouse } from './house.ts'
import { migrate } from './migrations.ts'
import { PostgresPictureArchive } from './picture-archive.ts'
import { PostgresPictures } from './pictures.ts'
import { checkServer } from './requirements.ts'
import { SealedKeys, SealedSecrets } from './sealed.ts'
import { PostgresStore } from './store.ts'

/** Names the lock of the one node that a house has without Redis. */
const ONLY_NODE = 3

type Settings = Pick<Config, 'DATA_DIR' | 'DATABASE_URL' | 'DURABILITY' | 'HOUSE_SECRET'>

/** What the service has on a PostgreSQL. Checks the server and migrates the database first; DATA_DIR only caches pictures. */
export async function openPostgres(settings: Settings, { as }: { as: 'service' | 'command' }): Promise<Storage> {
  const { DATABASE_URL, DURABILITY, HOUSE_SECRET, DATA_DIR } = settings
  makeFolder(DATA_DIR)
  const postgres = new Postgres(DATABASE_URL!)
  try {
    await checkServer(postgres, {
      isReplicated: addressesIn(DATABASE_URL!).length > 1,
      isTrusted: DURABILITY === 'trusted',
    })
    const alone = new OnlyNode(postgres)
    if (as === 'service') await alone.take()
    await migrate(postgres)
    const secrets = new SealedSecrets(postgres, HOUSE_SECRET!)
    return {
      store: await PostgresStore.open(postgres, { isShared: false, recovered: () => alone.takeAgain() }),
      accounts: new PostgresAccounts(postgres),
      pictures: new PostgresPictures(postgres),
      archive: new PostgresPictureArchive(postgres),
      house: new PostgresHouse(postgres),
      secrets,
      signingKeys: new SealedKeys(secrets),
      sizes: () => sizesOf(postgres, DATA_DIR),
      onFailed: (call) => {
        alone.onLost = call
      },
      close: async () => {
        alone.release()
        await postgres.close()
      },
    }
  } catch (error) {
    await postgres.close()
    throw error
  }
}

/** Without Redis a house has one node: what another commits would be seen here only where the two conflict. */
class OnlyNode {
  onLost: (error: Error) => void = () => {}
  readonly #postgres: Postgres
  #lock: { release(): void } | null = null

  constructor(postgres: Postgres) {
    this.#postgres = postgres
  }

  async take(): Promise<void> {
    this.#lock = await this.#postgres.hold(ONLY_NODE, (error) => this.#lose(error))
    if (this.#lock === null)
      throw new ConfigError('DATABASE_URL: another Martillo runs on this database: stop it first')
  }

  /** After a failure: where the connection that held the lock is gone. */
  async takeAgain(): Promise<void> {
    if (this.#lock === null) await this.take()
  }

  release(): void {
    this.#lock?.release()
    this.#lock = null
  }

  #lose(error: Error): void {
    this.release()
    this.onLost(Object.assign(error, { statusCode: 503 }))
  }
}

async function sizesOf(postgres: Postgres, dataDir: string): Promise<{ database: number; free: number }> {
  const row = await postgres.get<{ size: number }>('SELECT pg_database_size(current_database()) AS size')
  const disk = await statfs(dataDir)
  return { database: row!.size, free: disk.bavail * disk.bsize }
}
