import { parentPort, workerData } from 'node:worker_threads'
import { checkpoint } from './database.ts'
import { told } from './told.ts'

/** The thread that brings the WAL into the database, each time it is asked, and says what came of it. */

parentPort!.on('message', () => {
  try {
    checkpoint(workerData as string)
    parentPort!.postMessage(null)
  } catch (error) {
    parentPort!.postMessage(told(error))
  }
})
