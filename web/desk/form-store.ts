import { type Form, blank } from './form-shape.ts'

/** Unfinished forms, kept in this tab: a reload or a step back loses nothing. */
const named = (key: string) => `martillo.form.${key}`

export function loadForm(key: string): Form | null {
  const kept = sessionStorage.getItem(named(key))
  return kept === null ? null : { ...blank(), ...(JSON.parse(kept) as Partial<Form>) }
}

/** `null` forgets it. */
export function saveForm(key: string, form: Form | null): void {
  if (form === null) return sessionStorage.removeItem(named(key))
  try {
    sessionStorage.setItem(named(key), JSON.stringify(form))
  } catch {
    // The tab may keep no more: what is in the fields is not lost by that.
  }
}

export function isUnfinished(key: string): boolean {
  return sessionStorage.getItem(named(key)) !== null
}
