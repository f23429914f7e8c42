import type { PictureArchive } from '../../engine/house-ports.ts'
import type { Queries } from './connections.ts'

/** Picture files in the database. A file is named by the hash of its content, so an existing one is never overwritten. */
export class PostgresPictureArchive implements PictureArchive {
  readonly #queries: Queries

  constructor(queries: Queries) {
    this.#queries = queries
  }

  async put(files: ReadonlyMap<string, Buffer>): Promise<void> {
    await this.#queries.run(
      'INSERT INTO picture_files (name, bytes) SELECT * FROM unnest($1::text[], $2::bytea[]) ON CONFLICT DO NOTHING',
      [...files.keys()],
      [...files.values()],
    )
  }

  async get(file: string): Promise<Buffer | null> {
    const row = await this.#queries.get<{ bytes: Buffer }>('SELECT bytes FROM picture_files WHERE name = $1', file)
    return row?.bytes ?? null
  }

  async sizes(): Promise<ReadonlyMap<string, number>> {
    const rows = await this.#queries.all<{ name: string; size: number }>(
      'SELECT name, octet_length(bytes) AS size FROM picture_files',
    )
    return new Map(rows.map(({ name, size }) => [name, size]))
  }

  async remove(files: readonly string[]): Promise<void> {
    await this.#queries.run('DELETE FROM picture_files WHERE name = ANY ($1)', files)
  }
}
