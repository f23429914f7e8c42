import { batch, computed, signal } from '@preact/signals'
import type { HouseChanges, HouseView } from '../../src/sdk/index.ts'
import { SCHEMES, type Scheme, weaknessOf } from '../../src/domain/contrast.ts'
import { client } from '../shared/full-client.ts'

export const TEXTS = ['imprint', 'privacy', 'terms'] as const
export type TextName = (typeof TEXTS)[number]

/** What is in the fields. Empty is what nobody has set. */
export type HouseForm = Readonly<Record<'name' | 'contact' | TextName, string>> & {
  readonly logo: string | null
  readonly hasAccent: boolean
  readonly accent: Readonly<Record<Scheme, string>>
}

/** What the pages have by themselves: the first suggestion. */
const OWN_ACCENT = { light: '#17543f', dark: '#82cfae' }

/** As the service knows it, null before it was read. */
export const known = signal<HouseView | null>(null)
export const houseForm = signal<HouseForm | null>(null)
export const failure = signal<unknown>(null)

function formOf(house: HouseView): HouseForm {
  return {
    name: house.name ?? '',
    contact: house.contact ?? '',
    logo: house.logo?.url ?? null,
    hasAccent: house.accent !== null,
    accent: house.accent ?? OWN_ACCENT,
    imprint: house.imprint ?? '',
    privacy: house.privacy ?? '',
    terms: house.terms?.text ?? '',
  }
}

function take(house: HouseView): void {
  batch(() => {
    known.value = house
    houseForm.value = formOf(house)
    failure.value = null
  })
}

/** Reads it, unless there is something in the fields already. */
export async function readHouse(): Promise<void> {
  if (houseForm.peek() !== null) return
  try {
    take(await client.house())
  } catch (error) {
    failure.value = error
  }
}

export function setHouse(changes: Partial<HouseForm>): void {
  houseForm.value = { ...houseForm.peek()!, ...changes }
}

/** In which scheme an accent cannot be read, and by how much. */
export const weaknesses = computed(() => {
  const form = houseForm.value
  if (form === null || !form.hasAccent) return []
  return SCHEMES.flatMap((scheme) => {
    const weakness = weaknessOf(form.accent[scheme], scheme)
    return weakness === null ? [] : [{ scheme, ...weakness }]
  })
})

/** What differs from what is known, and nothing else; null where nothing does. */
export const houseChanges = computed((): HouseChanges | null => {
  const [form, before] = [houseForm.value, known.value]
  if (form === null || before === null) return null
  const text = (typed: string) => (typed.trim() === '' ? null : typed.trim())
  const wanted = {
    name: text(form.name),
    logo: form.logo,
    accent: form.hasAccent ? form.accent : null,
    contact: text(form.contact),
    imprint: text(form.imprint),
    privacy: text(form.privacy),
    terms: text(form.terms),
  }
  const present = { ...before, logo: before.logo?.url ?? null, terms: before.terms?.text ?? null }
  const names = Object.keys(wanted) as (keyof typeof wanted)[]
  const changed = names.filter((name) => JSON.stringify(wanted[name]) !== JSON.stringify(present[name]))
  return changed.length === 0 ? null : Object.fromEntries(changed.map((name) => [name, wanted[name]]))
})

/** Saves what differs. Throws as the client does, and loses nothing. */
export async function saveHouse(): Promise<void> {
  const changes = houseChanges.peek()
  if (changes !== null) take(await client.patchHouse(changes))
}
