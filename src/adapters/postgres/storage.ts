import { statfs } from 'node:fs/promises'
import { type Config, ConfigError } from '../../config.ts'
import { DeliveryRecords } from '../deliveries.ts'
import { EmailRecords } from '../emails.ts'
import { makeFolder } from '../folder.ts'
import { ReachRecords } from '../reach.ts'
import type { Storage } from '../storage.ts'
import { ToldRecords } from '../told.ts'
import { PostgresAccounts } from './accounts.ts'
import { Postgres, addressesIn } from './connections.ts'
import { PostgresHouse } from './house.ts'
import { locks } from './locks.ts'
import { migrate } from './migrations.ts'
import { readOutbox } from './outbox.ts'
import { PostgresPictureArchive } from './picture-archive.ts'
import { PostgresPictures } from './pictures.ts'
import { type Demands, checkServer, durabilityRisk } from './requirements.ts'
import { PostgresRooms } from './room.ts'
import { SealedKeys, SealedSecrets } from './sealed.ts'
import { PostgresStore } from './store.ts'
import { settleTime, timeOf } from './time.ts'

type Settings = Pick<Config, 'DATA_DIR' | 'DATABASE_URL' | 'REDIS_URL' | 'DURABILITY' | 'HOUSE_SECRET'>

type Role = 'service' | 'only' | 'command'

/**
 * Connects, checks the server, takes the lock of a node unless `as` is a command that runs beside one, and migrates the
 * database. `only`: fails if a node runs.
 */
export async function connect(
  settings: Settings,
  { as }: { as: Role },
): Promise<{ postgres: Postgres; lock: NodeLock }> {
  const { DATABASE_URL, REDIS_URL } = settings
  const postgres = new Postgres(DATABASE_URL!)
  const lock = new NodeLock(postgres, REDIS_URL !== null && as === 'service')
  try {
    await checkServer(postgres, demandsOf(settings))
    if (as !== 'command') await lock.take()
    await migrate(postgres)
    if (as !== 'command') await settleTime(postgres)
    return { postgres, lock }
  } catch (error) {
    lock.release()
    await postgres.close()
    throw error
  }
}

/** Opens the storage of a house on PostgreSQL. DATA_DIR only caches pictures. */
export async function openPostgres(settings: Settings, { as }: { as: Role }): Promise<Storage> {
  const { REDIS_URL, HOUSE_SECRET, DATA_DIR } = settings
  makeFolder(DATA_DIR)
  const { postgres, lock } = await connect(settings, { as })
  const secrets = new SealedSecrets(postgres, HOUSE_SECRET!)
  return {
    store: await PostgresStore.open(postgres, { isShared: REDIS_URL !== null, recovered: () => lock.takeAgain() }),
    accounts: new PostgresAccounts(postgres),
    pictures: new PostgresPictures(postgres),
    archive: new PostgresPictureArchive(postgres),
    house: new PostgresHouse(postgres),
    told: new ToldRecords(postgres, readOutbox),
    deliveries: new DeliveryRecords(postgres),
    emails: new EmailRecords(postgres),
    reach: new ReachRecords(postgres),
    rooms: new PostgresRooms(postgres),
    secrets,
    signingKeys: new SealedKeys(secrets),
    sizes: () => sizesOf(postgres, DATA_DIR),
    time: timeOf(postgres),
    risk: () => durabilityRisk(postgres, demandsOf(settings)),
    alone: (work) =>
      postgres.withConnection(async (queries) => {
        await queries.run('SELECT pg_advisory_lock($1)', locks.singleNode)
        try {
          return await work()
        } finally {
          await queries.run('SELECT pg_advisory_unlock($1)', locks.singleNode)
        }
      }),
    onFailed: (call) => {
      lock.onLost = call
    },
    close: async () => {
      lock.release()
      await postgres.close()
    },
  }
}

/** What these settings ask of the server. */
export function demandsOf({ DATABASE_URL, DURABILITY }: Pick<Settings, 'DATABASE_URL' | 'DURABILITY'>): Demands {
  return { isReplicated: addressesIn(DATABASE_URL!).length > 1, isTrusted: DURABILITY === 'trusted' }
}

/** The lock of a live node. Without Redis it is exclusive: a node would learn of another's commits only by conflicts. */
class NodeLock {
  onLost: (error: Error) => void = () => {}
  readonly #postgres: Postgres
  readonly #isShared: boolean
  #lock: { release(): void } | null = null

  constructor(postgres: Postgres, isShared: boolean) {
    this.#postgres = postgres
    this.#isShared = isShared
  }

  async take(): Promise<void> {
    const isShared = this.#isShared
    this.#lock = await this.#postgres.hold(locks.nodes, { isShared, lost: (error) => this.#lose(error) })
    if (this.#lock === null)
      throw new ConfigError(
        isShared
          ? 'REDIS_URL: a Martillo without REDIS_URL, or `keys rotate`, runs on this database: stop it first'
          : 'DATABASE_URL: another Martillo runs on this database: stop it first, or give all of them the same REDIS_URL',
      )
  }

  /** Takes the lock again after a failure, if its connection ended. */
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
