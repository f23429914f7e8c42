import { createHash } from 'node:crypto'
import type { Instant } from '../../domain/instant.ts'
import type { House, HouseChanges, HouseFace, HouseRecords, HouseTerms } from '../../engine/house-ports.ts'
import { FACE, type FaceRow, faceOf } from '../house-face.ts'
import type { Postgres, Queries } from './connections.ts'

const TERMS = 'version, sha256, at, text'

export class PostgresHouse implements HouseRecords {
  readonly #postgres: Postgres

  constructor(postgres: Postgres) {
    this.#postgres = postgres
  }

  async face(): Promise<HouseFace> {
    return faceOf((await this.#postgres.get<FaceRow>(`SELECT ${FACE} FROM house`))!)
  }

  house(): Promise<House> {
    return houseIn(this.#postgres)
  }

  terms(version: number): Promise<HouseTerms | null> {
    return termsIn(this.#postgres, version)
  }

  changeHouse(changes: HouseChanges, at: Instant, ifChanges: number | null): Promise<House | 'changed'> {
    return this.#postgres.transaction(async (queries) => {
      await queries.run('SELECT FROM house FOR UPDATE')
      const before = await houseIn(queries)
      if (ifChanges !== null && before.changes !== ifChanges) return 'changed'
      const { name, logo, accent, contact, imprint, privacy } = { ...before, ...changes }
      const terms = changes.terms === undefined ? before.terms?.version : await setTerms(queries, changes.terms, at)
      await queries.run(
        `UPDATE house SET changes = changes + 1, name = $1, logo = $2, logo_width = $3, logo_height = $4,
           accent_light = $5, accent_dark = $6, contact = $7, terms = $8, imprint = $9, privacy = $10`,
        name,
        logo?.path ?? null,
        logo?.width ?? null,
        logo?.height ?? null,
        accent?.light ?? null,
        accent?.dark ?? null,
        contact,
        terms ?? null,
        imprint,
        privacy,
      )
      return houseIn(queries)
    })
  }
}

/** Two statements: a version of the terms never changes, so both see the same state. */
async function houseIn(queries: Queries): Promise<House> {
  type Row = FaceRow & { imprint: string | null; privacy: string | null }
  const row = (await queries.get<Row>(`SELECT ${FACE}, imprint, privacy FROM house`))!
  const { imprint, privacy } = row
  return { ...faceOf(row), imprint, privacy, terms: row.terms === null ? null : await termsIn(queries, row.terms) }
}

async function termsIn(queries: Queries, version: number): Promise<HouseTerms | null> {
  return (await queries.get<HouseTerms>(`SELECT ${TERMS} FROM house_terms WHERE version = $1`, version)) ?? null
}

/** Returns the version that applies from now on. A text equal to the latest version's makes no new version. */
async function setTerms(queries: Queries, text: string | null, at: Instant): Promise<number | null> {
  if (text === null) return null
  const last = await queries.get<HouseTerms>(`SELECT ${TERMS} FROM house_terms ORDER BY version DESC LIMIT 1`)
  if (last?.text === text) return last.version
  const version = (last?.version ?? 0) + 1
  await queries.run(
    'INSERT INTO house_terms (version, sha256, at, text) VALUES ($1, $2, $3, $4)',
    version,
    createHash('sha256').update(text).digest('hex'),
    at,
    text,
  )
  return version
}
