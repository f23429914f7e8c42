import { DeliveryRecords } from '../deliveries.ts'
import { DiskKeys } from '../disk-keys.ts'
import { DiskSecrets } from '../disk-secrets.ts'
import { EmailRecords } from '../emails.ts'
import { ReachRecords } from '../reach.ts'
import type { Storage } from '../storage.ts'
import { ToldRecords } from '../told.ts'
import { SqliteAccounts } from './accounts.ts'
import { Sqlite } from './database.ts'
import { sizesIn } from './database-file.ts'
import { SqliteHouse } from './house.ts'
import { lockDataDir } from './locks.ts'
import { readOutbox } from './outbox.ts'
import { SqlitePictures } from './pictures.ts'
import { SqliteQueries } from './queries.ts'
import { SqliteRooms } from './room.ts'
import { SqliteStore } from './store.ts'
import { WritingThread } from './thread.ts'

/** What the service has on a DATA_DIR: writes happen in a thread of their own. Repairs and migrates the database first. */
export async function openSqlite(dataDir: string): Promise<Storage> {
  const sqlite = new Sqlite(dataDir, { as: 'service' })
  try {
    await sqlite.repair()
    sqlite.migrate()
  } catch (error) {
    sqlite.close()
    throw error
  }
  const thread = new WritingThread(dataDir, sqlite)
  const { store, accounts, pictures, house, told, deliveries, emails, reach, rooms } = thread
  const onFailed: Storage['onFailed'] = (call) => {
    thread.onFailed = call
  }
  const close = async () => {
    await thread.close()
    sqlite.close()
  }
  const ports = { store, accounts, pictures, house, told, deliveries, emails, reach, rooms }
  return { ...besideDatabase(dataDir), ...ports, onFailed, close }
}

/** For a command: alone on the DATA_DIR, or beside a service that may run. */
export function openSqliteForCommand(dataDir: string, { alone }: { alone: boolean }): Storage {
  const sqlite = new Sqlite(dataDir, { as: alone ? 'service' : 'command' })
  try {
    migrateAlone(sqlite, dataDir, alone)
  } catch (error) {
    sqlite.close()
    throw error
  }
  const queries = new SqliteQueries(sqlite)
  return {
    ...besideDatabase(dataDir),
    store: new SqliteStore(sqlite),
    accounts: new SqliteAccounts(sqlite),
    pictures: new SqlitePictures(sqlite),
    house: new SqliteHouse(sqlite),
    told: new ToldRecords(queries, readOutbox),
    deliveries: new DeliveryRecords(queries),
    emails: new EmailRecords(queries),
    reach: new ReachRecords(queries),
    rooms: new SqliteRooms(sqlite),
    onFailed: () => {},
    close: async () => sqlite.close(),
  }
}

/** A service of an older version that runs would not know its own tables again. */
function migrateAlone(sqlite: Sqlite, dataDir: string, isAlone: boolean): void {
  if (!sqlite.isBehind) return
  const lock = isAlone ? null : lockDataDir(dataDir)
  try {
    sqlite.migrate()
  } finally {
    lock?.close()
  }
}

function besideDatabase(
  dataDir: string,
): Pick<Storage, 'archive' | 'secrets' | 'signingKeys' | 'sizes' | 'time' | 'risk' | 'alone'> {
  return {
    archive: null,
    secrets: new DiskSecrets(dataDir),
    signingKeys: new DiskKeys(dataDir),
    sizes: () => sizesIn(dataDir),
    time: null,
    risk: async () => null,
    alone: (work) => work(),
  }
}
