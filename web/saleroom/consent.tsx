import { signal } from '@preact/signals'
import { user } from '../shared/session.ts'
import { room } from './room.ts'

const CONSENT = 'martillo.consent'
const given = signal(localStorage.getItem(CONSENT))

/** Bids are binding: whoever bids here has agreed to that once, before there is anything to hurry for; whoever has bid did. */
export function hasAgreed(): boolean {
  return given.value === user.value?.id || (room.value?.you?.paddle ?? null) !== null
}

export function agree(): void {
  localStorage.setItem(CONSENT, user.value!.id)
  given.value = user.value!.id
}
