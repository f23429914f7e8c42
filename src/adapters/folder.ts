import { existsSync, mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/** Folders of ours are nobody else's to read. */
const MODE = 0o700

/**
 * Makes a folder, and those that it is in. Not by `recursive`, which never ends where a folder takes none, as in /proc.
 * Throws what the system says.
 */
export function makeFolder(path: string): void {
  if (existsSync(path)) return
  makeFolder(dirname(resolve(path)))
  try {
    mkdirSync(path, { mode: MODE })
  } catch (error) {
    // Another process was faster.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}
