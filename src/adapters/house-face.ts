import type { HouseFace } from '../engine/house-ports.ts'

export type FaceRow = {
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

/** What makes a `FaceRow`. Nothing of the long texts is read for it: every page asks. */
export const FACE = `changes, name, logo, logo_width, logo_height, accent_light, accent_dark, contact, terms,
  CASE WHEN imprint IS NULL THEN 0 ELSE 1 END AS has_imprint, CASE WHEN privacy IS NULL THEN 0 ELSE 1 END AS has_privacy`

export function faceOf(row: FaceRow): HouseFace {
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
