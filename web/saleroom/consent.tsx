import { signal } from '@preact/signals'
import { user } from '../shared/session.ts'
import { focusOnceBidding } from './focus.ts'
import { room } from './room.ts'
import { offerWords } from './offer-words.ts'

const CONSENT = 'martillo.consent'
const given = signal(localStorage.getItem(CONSENT))

/** Bids are binding: whoever bids here has agreed to that once, and whoever has bid did. */
export function hasAgreed(): boolean {
  return given.value === user.value?.id || (room.value?.you?.paddle ?? null) !== null
}

/** Asked once a person, and before there is anything to hurry for. */
export function Consent() {
  const { consent, agree } = offerWords.value
  return (
    <>
      <p class="consent small">{consent}</p>
      <button
        type="button"
        class="primary"
        data-testid="agree"
        onClick={() => {
          localStorage.setItem(CONSENT, user.value!.id)
          given.value = user.value!.id
          focusOnceBidding()
        }}
      >
        {agree}
      </button>
    </>
  )
}
