import { lstat, mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * A folder that is filled once for each name and user, and kept for later runs. `fill` is given where to fill it, and where
 * it will be: it appears by one rename, so that a killed run leaves nothing half done and two runs at once do no harm.
 */
export async function keptFolder(name: string, fill: (fresh: string, final: string) => Promise<void>): Promise<string> {
  const uid = process.getuid?.() ?? 0
  const folder = join(tmpdir(), `martillo-${name}-${uid}`)
  const there = await lstat(folder).catch(() => null)
  // The name can be guessed: run nothing that another user may have put there.
  if (there && (there.uid !== uid || !there.isDirectory())) throw new Error(`${folder} belongs to another user`)
  if (there) return folder

  const fresh = await mkdtemp(`${folder}-`)
  try {
    await fill(fresh, folder)
    await rename(fresh, folder).catch(async (error: unknown) => {
      if (!(await lstat(folder).catch(() => null))) throw error
    })
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
  return folder
}
