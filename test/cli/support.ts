import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const launch = fileURLToPath(new URL('../../src/launch.mjs', import.meta.url))

export type Ran = { readonly code: number; readonly out: string; readonly err: string }

/** The command as a person calls it from a clone. */
export function martillo(args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(process.execPath, [launch, ...args], { env: { ...process.env, ...env } }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err })
    })
  })
}
