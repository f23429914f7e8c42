import { parentPort, workerData } from 'node:worker_threads'
import { SqliteAccounts } from './accounts.ts'
import { Sqlite } from './database.ts'
import { DeliveryRecords } from '../deliveries.ts'
import { EmailRecords } from '../emails.ts'
import { ReachRecords } from '../reach.ts'
import { ToldRecords } from '../told.ts'
import { SqliteHouse } from './house.ts'
import { readOutbox } from './outbox.ts'
import { SqlitePictures } from './pictures.ts'
import { SqliteQueries } from './queries.ts'
import { SqliteRooms } from './room.ts'
import { StoreWriter } from './store-writer.ts'
import { type Answer, type Call, UNSOLICITED } from './thread.ts'
import { threadError } from './thread-error.ts'

/** The writing thread: runs calls in order, and finishes at a call that is null. */

const sqlite = new Sqlite(workerData as string, { as: 'thread' })
const queries = new SqliteQueries(sqlite)
const targets = {
  store: new StoreWriter(sqlite),
  accounts: new SqliteAccounts(sqlite),
  pictures: new SqlitePictures(sqlite),
  house: new SqliteHouse(sqlite),
  told: new ToldRecords(queries, readOutbox),
  deliveries: new DeliveryRecords(queries),
  emails: new EmailRecords(queries),
  reach: new ReachRecords(queries),
  rooms: new SqliteRooms(sqlite),
}
sqlite.onFailed = (error) =>
  parentPort!.postMessage({ callId: UNSOLICITED, error: threadError(error) } satisfies Answer)
let turn: Promise<void> = Promise.resolve()
/** Calls that are not answered yet. */
let queued = 0

parentPort!.on('message', (call: Call | null) => {
  queued += 1
  turn = turn.then(async () => {
    if (call === null) return finish()
    parentPort!.postMessage(await answerTo(call))
    queued -= 1
    // Checkpoints after the answer, unless another call has arrived meanwhile.
    setImmediate(() => {
      if (queued === 0) sqlite.checkpointWhenIdle()
    })
  })
})

async function finish(): Promise<void> {
  await sqlite.finish()
  parentPort!.close()
}

async function answerTo({ callId, target, method, args }: Call): Promise<Answer> {
  const does = targets[target] as unknown as Record<string, (...args: readonly unknown[]) => Promise<unknown>>
  try {
    return { callId, result: await does[method]!(...args) }
  } catch (error) {
    return { callId, error: threadError(error) }
  }
}
