import { stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'

/** Bytes of the database, of its journal, and free on their disk. */
export async function sizesIn(dataDir: string): Promise<Record<'database' | 'wal' | 'free', number>> {
  const file = join(dataDir, 'martillo.db')
  const size = (path: string) =>
    stat(path).then(
      ({ size: bytes }) => bytes,
      () => 0,
    )
  const [database, wal, disk] = await Promise.all([size(file), size(`${file}-wal`), statfs(dataDir)])
  return { database, wal, free: disk.bavail * disk.bsize }
}
