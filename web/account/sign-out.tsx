import { useState } from 'preact/hooks'
import { client } from '../shared/full-client.ts'
import { explain } from '../shared/refusals.ts'
import { words } from '../shared/words.ts'
import { accountWords } from './words.ts'

/** On this device, or wherever this account is signed in. */
export function SignOut() {
  const [failure, setFailure] = useState<unknown>(null)
  const [sure, ask] = useState(false)
  const { signOutEverywhere, everywhereHint, everywhereSure } = accountWords.value
  const go = (leave: Promise<void>) => void leave.then(() => setFailure(null), setFailure)
  return (
    <section class="sign-out" aria-label={words.value.signOut}>
      <button type="button" class="secondary" onClick={() => go(client.signOut())}>
        {words.value.signOut}
      </button>
      <button
        type="button"
        class="danger"
        data-testid="sign-out-everywhere"
        aria-describedby="everywhere-hint"
        onClick={() => (sure ? go(client.signOutEverywhere()) : ask(true))}
      >
        {sure ? everywhereSure : signOutEverywhere}
      </button>
      <p id="everywhere-hint" class="muted small">
        {everywhereHint}
      </p>
      {failure !== null && (
        <p class="alert" role="alert">
          {explain(failure)}
        </p>
      )}
    </section>
  )
}
