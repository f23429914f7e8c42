import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Sqlite } from '../../../src/adapters/sqlite/database.ts'

/** A command beside a service, as a process of its own that has the database open for a while before it writes. */

type Command = { readonly ended: Promise<void> }

/** Returns when it has the database open. */
export async function beginCommand(
  folder: string,
  { row, writesAfterMs }: { row: string; writesAfterMs: number },
): Promise<Command> {
  const file = fileURLToPath(import.meta.url)
  const child = spawn(process.execPath, [file, folder, row, String(writesAfterMs)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const ended = once(child, 'exit').then(([code]) => {
    if (code !== 0) throw new Error(`the command ended with ${code}`)
  })
  await once(child, 'message')
  return { ended }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const sqlite = new Sqlite(process.argv[2]!, { as: 'command' })
  process.send!('open')
  setTimeout(() => {
    sqlite.run("INSERT INTO service (name, value) VALUES (?, 'written')", process.argv[3])
    sqlite.close()
    process.disconnect()
  }, Number(process.argv[4]))
}
