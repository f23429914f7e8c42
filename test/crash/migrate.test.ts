import { randomInt } from 'node:crypto'
import { cpSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { startMartillo } from '../support/command.ts'
import { temporaryFolder } from '../support/service.ts'
import { fill } from './kit/fill.ts'
import { isLong, pause, rounds } from './kit/form.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const EVENTS = rounds(5_000, 100_000)
const TRIES_MAX = 20
const timeout = isLong ? 600_000 : 300_000

/** A step that takes its time on a filled database, and would be seen if half of it were there. */
const LATER = `
CREATE TABLE later (row_key INTEGER PRIMARY KEY, line TEXT) STRICT;
INSERT INTO later SELECT row_key, line FROM entries;
CREATE INDEX later_line ON later (line);
`

test('[kill -9] while an empty folder is migrated leaves all of a step or nothing', { timeout }, async () => {
  const program = join(root, 'src', 'cli.ts')
  const tookMs = await migrate(temporaryFolder(), program)
  for (let i = 0; i < rounds(2, 40); i += 1) {
    const dataDir = temporaryFolder()
    await migrate(dataDir, program, { killAfterMs: randomInt(Math.ceil(tookMs / 6), Math.ceil(tookMs)) })
    await migrate(dataDir, program)
    expect(looked(dataDir)).toMatchObject({ sound: 'ok', steps: readdirSync(join(root, 'migrations/sqlite')).length })
  }
})

test(
  '[kill -9] while a filled folder is migrated leaves all of a step or nothing, and all that was told',
  { timeout },
  async () => {
    const copy = temporaryFolder()
    for (const part of ['src', 'migrations', 'package.json'])
      cpSync(join(root, part), join(copy, part), { recursive: true })
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
    writeFileSync(join(copy, 'migrations/sqlite/9999_later.sql'), LATER)
    const program = join(copy, 'src', 'cli.ts')
    const env = { NODE_COMPILE_CACHE: join(copy, 'compiled') }
    const filled = temporaryFolder()
    await fill(filled, { auctions: 5, events: EVENTS })
    const another = () => {
      const dataDir = temporaryFolder()
      cpSync(filled, dataDir, { recursive: true })
      return dataDir
    }
    // The first compiles what the others find: their kills would all come too late.
    await migrate(another(), program, { env })
    const tookMs = await migrate(another(), program, { env })
    const found = new Set<number>()
    // Until one was cut off before the step was written.
    for (let i = 0; i < rounds(2, 40) || (!found.has(0) && i < TRIES_MAX); i += 1) {
      const dataDir = another()
      await migrate(dataDir, program, { env, killAfterMs: randomInt(Math.ceil(tookMs / 3), Math.ceil(tookMs)) })
      const cut = looked(dataDir)
      expect([0, EVENTS]).toContain(cut.later)
      found.add(cut.later)
      await migrate(dataDir, program, { env })
      expect(looked(dataDir)).toMatchObject({ sound: 'ok', entries: EVENTS, later: EVENTS })
    }
    expect(found).toContain(0)
  },
)

/** The milliseconds it took; with `killAfterMs` it is not let finish. */
async function migrate(
  dataDir: string,
  program: string,
  { killAfterMs = null, env = {} }: { killAfterMs?: number | null; env?: Record<string, string> } = {},
): Promise<number> {
  const started = performance.now()
  const { child, ran } = startMartillo(['migrate'], { ...env, DATA_DIR: dataDir }, program)
  if (killAfterMs !== null) {
    await pause(killAfterMs)
    child.kill('SIGKILL')
  }
  const { code, err } = await ran
  if (killAfterMs === null && code !== 0) throw new Error(err)
  return performance.now() - started
}

function looked(dataDir: string) {
  const db = new Database(join(dataDir, 'martillo.db'))
  const count = (table: string) => {
    const there = db.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').get(table) !== undefined
    return there ? (db.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number) : 0
  }
  try {
    const sound = db.pragma('integrity_check(1)', { simple: true })
    return { sound, steps: count('migrations'), entries: count('entries'), later: count('later') }
  } finally {
    db.close()
  }
}
