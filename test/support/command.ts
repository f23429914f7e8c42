import { type ChildProcess, execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url))

/** What a person calls in a clone, and `npm run martillo`: it sees first that everything is installed. */
export const LAUNCH = fileURLToPath(new URL('../../src/launch.mjs', import.meta.url))

export type Ran = { readonly code: number; readonly out: string; readonly err: string }

/** The command, to its end. */
export function martillo(args: readonly string[], env: Record<string, string> = {}, program = cli): Promise<Ran> {
  return startMartillo(args, env, program).ran
}

/** The command as it begins, to be cut short. `program` is another copy's `launch.mjs` or `cli.ts`. */
export function startMartillo(
  args: readonly string[],
  env: Record<string, string>,
  program = cli,
): { child: ChildProcess; ran: Promise<Ran> } {
  const { promise, resolve } = Promise.withResolvers<Ran>()
  const options = { env: { ...process.env, ...env } }
  const child = execFile(process.execPath, [program, ...args], options, (error, out, err) => {
    resolve({ code: error === null ? 0 : Number(error.code), out, err })
  })
  return { child, ran: promise }
}
