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

const BASIS = 'martillo.form-basis'

/** What the last lot that was made here leaves to the next one; null where there was none. */
export function loadBasis(): Partial<Form> | null {
  const kept = sessionStorage.getItem(BASIS)
  return kept === null ? null : (JSON.parse(kept) as Partial<Form>)
}

/** `null` forgets it. */
export function saveBasis(basis: Form | null): void {
  if (basis === null) sessionStorage.removeItem(BASIS)
  else sessionStorage.setItem(BASIS, JSON.stringify(basis))
}

export function isUnfinished(key: string): boolean {
  return sessionStorage.getItem(named(key)) !== null
}
