import { closeSync, fstatSync, fsyncSync, openSync, statSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { checkpoint, databaseFile } from './file.ts'
import { told } from './told.ts'

/** The thread that brings the WAL into the database, each time it is asked, and says what came of it. */

const dataDir = workerData as string
/** Stays open: to close a file that SQLite has open would drop its locks on it, those of all threads. */
let opened: number | null = null

/** SQLite syncs the database only where nothing was written meanwhile: otherwise the next commits would wait for all of it. */
function flush(): void {
  const file = databaseFile(dataDir)
  const last = opened
  if (last !== null && fstatSync(last).ino === statSync(file).ino) return fsyncSync(last)
  opened = openSync(file, 'r')
  // Of a file that is gone nobody needs a lock.
  if (last !== null) closeSync(last)
  fsyncSync(opened)
}

parentPort!.on('message', () => {
  try {
    checkpoint(dataDir, flush)
    parentPort!.postMessage(null)
  } catch (error) {
    parentPort!.postMessage(told(error))
  }
})
