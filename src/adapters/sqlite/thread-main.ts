import { parentPort, workerData } from 'node:worker_threads'
import { SqliteAccounts } from './accounts.ts'
import { Checkpoints } from './checkpoints.ts'
import { Sqlite } from './database.ts'
import { SqliteHouse } from './house.ts'
import { SqlitePictures } from './pictures.ts'
import { SqliteStore } from './store.ts'
import { type Answer, type Call, UNASKED } from './thread.ts'
import { told } from './told.ts'

/** The thread that writes: does what it is asked, one after the other, until it is asked nothing more. */

const sqlite = new Sqlite(workerData as string, { as: 'thread' })
const checkpoints = new Checkpoints(workerData as string)
sqlite.checkpointBeside(() => checkpoints.run())
const parts = {
  store: new SqliteStore(sqlite),
  accounts: new SqliteAccounts(sqlite),
  pictures: new SqlitePictures(sqlite),
  house: new SqliteHouse(sqlite),
}
sqlite.onFailed = (error) => parentPort!.postMessage({ number: UNASKED, error: told(error) } satisfies Answer)
let turn: Promise<void> = Promise.resolve()

parentPort!.on('message', (call: Call | null) => {
  turn = turn.then(async () => {
    if (call !== null) return parentPort!.postMessage(await answerTo(call))
    await sqlite.finish()
    await checkpoints.close()
    parentPort!.close()
  })
})

async function answerTo({ number, part, method, values }: Call): Promise<Answer> {
  const does = parts[part] as unknown as Record<string, (...values: readonly unknown[]) => Promise<unknown>>
  try {
    return { number, result: await does[method]!(...values) }
  } catch (error) {
    return { number, error: told(error) }
  }
}
