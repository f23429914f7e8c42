import Database from 'better-sqlite3'

/** For `--import`: SQLite as it is when nobody asks for synchronous = FULL, to show that a power cut finds it out. */
type Pragma = (this: Database.Database, source: string, options?: object) => unknown
const { pragma } = Database.prototype as { pragma: Pragma }

Database.prototype.pragma = function normal(this: Database.Database, source: string, options?: object) {
  if (source === 'synchronous = FULL') return pragma.call(this, 'synchronous = NORMAL')
  return source === 'synchronous' ? 2 : pragma.call(this, source, options)
}
