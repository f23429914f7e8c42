import { createHash } from 'node:crypto'
import type { Instant } from '../../domain/instant.ts'
import type { House, HouseChanges, HouseFace, HouseRecords, HouseTerms } from '../../engine/house-ports.ts'
import { FACE, type FaceRow, faceOf } from '../house-face.ts'
import type { Sqlite } from './database.ts'

type TermsRow = { version: number; sha256: string; at: Instant; text: string }

export class SqliteHouse implements HouseRecords {
  readonly #sqlite: Sqlite

  constructor(sqlite: Sqlite) {
    this.#sqlite = sqlite
  }

  async face(): Promise<HouseFace> {
    return faceOf(this.#sqlite.get<FaceRow>(`SELECT ${FACE} FROM house`)!)
  }

  async house(): Promise<House> {
    return this.#house()
  }

  #house(): House {
    type Row = FaceRow & { imprint: string | null; privacy: string | null }
    const row = this.#sqlite.get<Row>(`SELECT ${FACE}, imprint, privacy FROM house`)!
    const { imprint, privacy } = row
    return { ...faceOf(row), imprint, privacy, terms: row.terms === null ? null : this.#terms(row.terms) }
  }

  async terms(version: number): Promise<HouseTerms | null> {
    return this.#terms(version)
  }

  #terms(version: number): HouseTerms | null {
    return this.#sqlite.get<TermsRow>('SELECT * FROM house_terms WHERE version = ?', version) ?? null
  }

  async changeHouse(changes: HouseChanges, at: Instant, ifChanges: number | null): Promise<House | 'changed'> {
    return this.#sqlite.transaction(() => {
      const before = this.#house()
      if (ifChanges !== null && before.changes !== ifChanges) return 'changed'
      const { name, logo, accent, contact, imprint, privacy } = { ...before, ...changes }
      const terms = changes.terms === undefined ? (before.terms?.version ?? null) : this.#setTerms(changes.terms, at)
      this.#sqlite.run(
        `UPDATE house SET changes = changes + 1, name = ?, logo = ?, logo_width = ?, logo_height = ?, accent_light = ?,
           accent_dark = ?, contact = ?, terms = ?, imprint = ?, privacy = ?`,
        name,
        logo?.path ?? null,
        logo?.width ?? null,
        logo?.height ?? null,
        accent?.light ?? null,
        accent?.dark ?? null,
        contact,
        terms,
        imprint,
        privacy,
      )
      return this.#house()
    })
  }

  /** Returns the version now in force. The text of the last version makes no new one. */
  #setTerms(text: string | null, at: Instant): number | null {
    if (text === null) return null
    const last = this.#sqlite.get<TermsRow>('SELECT * FROM house_terms ORDER BY version DESC LIMIT 1')
    if (last?.text === text) return last.version
    const version = (last?.version ?? 0) + 1
    this.#sqlite.run(
      'INSERT INTO house_terms (version, sha256, at, text) VALUES (?, ?, ?, ?)',
      version,
      createHash('sha256').update(text).digest('hex'),
      at,
      text,
    )
    return version
  }
}
