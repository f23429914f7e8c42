import { createHash } from 'node:crypto'
import type { Instant } from '../../domain/instant.ts'
import type { House, HouseChanges, HouseFace, HouseRecords, HouseTerms } from '../../engine/house-ports.ts'
import type { Sqlite } from './database.ts'

type FaceRow = {
  changes: number
  name: string | null
  logo: string | null
  logo_width: number | null
  logo_height: number | null
  accent_light: string | null
  accent_dark: string | null
  contact: string | null
  terms: number | null
  has_imprint: 0 | 1
  has_privacy: 0 | 1
}
type TermsRow = { version: number; sha256: string; at: Instant; text: string }

/** Reads none of the long texts, since every page needs these columns. */
const FACE_COLUMNS = `changes, name, logo, logo_width, logo_height, accent_light, accent_dark, contact, terms,
  imprint IS NOT NULL AS has_imprint, privacy IS NOT NULL AS has_privacy`

export class SqliteHouse implements HouseRecords {
  readonly #sqlite: Sqlite

  constructor(sqlite: Sqlite) {
    this.#sqlite = sqlite
  }

  async face(): Promise<HouseFace> {
    return faceOf(this.#sqlite.get<FaceRow>(`SELECT ${FACE_COLUMNS} FROM house`)!)
  }

  async house(): Promise<House> {
    return this.#house()
  }

  #house(): House {
    type Row = FaceRow & { imprint: string | null; privacy: string | null }
    const row = this.#sqlite.get<Row>(`SELECT ${FACE_COLUMNS}, imprint, privacy FROM house`)!
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

function faceOf(row: FaceRow): HouseFace {
  const { changes, name, logo, logo_width, logo_height, accent_light, accent_dark, contact } = row
  return {
    changes,
    name,
    logo: logo === null ? null : { path: logo, width: logo_width!, height: logo_height! },
    accent: accent_light === null ? null : { light: accent_light, dark: accent_dark! },
    contact,
    has: { imprint: row.has_imprint === 1, privacy: row.has_privacy === 1, terms: row.terms !== null },
  }
}
