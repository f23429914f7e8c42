import { useState } from 'preact/hooks'
import { explain } from '../shared/refusals.ts'
import { client } from '../shared/full-client.ts'
import { LotBehind, auctionBehind } from './lot-behind.tsx'
import { Terms, renewTerms } from './terms.tsx'
import { accountWords } from './words.ts'

const PASSWORD_MIN = 8
/** Where one came from does not change while one is here. */
const behind = auctionBehind()

/** Sign in, or sign up and be signed in. Afterwards back to where one came from. */
export function SignIn() {
  const [isNew, setNew] = useState(location.hash === '#new')
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<unknown>(null)
  const [isShown, show] = useState(false)
  const texts = accountWords.value
  const enter = async (form: HTMLFormElement) => {
    const given = Object.fromEntries(new FormData(form)) as {
      email: string
      password: string
      displayName: string
      terms?: string
    }
    setBusy(true)
    setFailure(null)
    try {
      if (isNew) await client.signUp(given)
      await client.signIn(given.email, given.password)
      goBack()
    } catch (error) {
      renewTerms(error)
      setFailure(error)
    }
    setBusy(false)
  }
  return (
    <form
      class="sign-in"
      onSubmit={(event) => {
        event.preventDefault()
        if (!busy) void enter(event.currentTarget)
      }}
    >
      <h1>{isNew ? texts.signUp : texts.signIn}</h1>
      {behind !== null && <LotBehind id={behind} />}
      {isNew && <NameField />}
      <div>
        <label htmlFor="email">{texts.email}</label>
        <input id="email" name="email" type="email" autocomplete="username" required />
      </div>
      <div>
        <label htmlFor="password">{texts.password}</label>
        <div class="password">
          <input
            id="password"
            name="password"
            {...(isShown ? { type: 'text' as const } : { type: 'password' as const })}
            autocapitalize="none"
            spellcheck={false}
            autocomplete={isNew ? 'new-password' : 'current-password'}
            minLength={isNew ? PASSWORD_MIN : undefined}
            aria-describedby={isNew ? 'password-hint' : undefined}
            required
          />
          <button type="button" class="quiet" aria-pressed={isShown} onClick={() => show(!isShown)}>
            {texts.showPassword}
          </button>
        </div>
        {isNew && (
          <p id="password-hint" class="muted small">
            {texts.passwordHint}
          </p>
        )}
      </div>
      {isNew && <Terms />}
      {failure !== null && (
        <p class="alert" role="alert">
          {explain(failure)}
        </p>
      )}
      <button type="submit" class="primary" disabled={busy}>
        {isNew ? texts.signUp : texts.signIn}
      </button>
      <button type="button" class="quiet" onClick={() => setNew(!isNew)}>
        {isNew ? texts.haveOne : texts.haveNone}
      </button>
    </form>
  )
}

function NameField() {
  const { displayName, nameHint } = accountWords.value
  return (
    <div>
      <label htmlFor="display-name">{displayName}</label>
      <input
        id="display-name"
        name="displayName"
        type="text"
        autocomplete="name"
        maxLength={60}
        aria-describedby="name-hint"
        required
      />
      <p id="name-hint" class="muted small">
        {nameHint}
      </p>
    </div>
  )
}

/** Only to a page of ours: an address elsewhere, however it is written, is not followed. */
function goBack(): void {
  const next = new URLSearchParams(location.search).get('next') ?? ''
  try {
    const to = new URL(next, location.origin)
    if (next !== '' && to.origin === location.origin) location.assign(to.pathname + to.search + to.hash)
  } catch {
    // It was no address at all.
  }
}
