import { signal } from '@preact/signals'
import { useState } from 'preact/hooks'
import { client } from '../shared/full-client.ts'
import { Field, fieldsOf, useDoing } from './parts.tsx'
import { loadTold } from './told.tsx'
import { ownWords } from './own-words.ts'
import { accountWords } from './words.ts'

const PASSWORD_MIN = 8
const asked = new URLSearchParams(location.search)
/** The tokens that a link of a mail brought; they leave the address at once. */
const [verifying, resetting] = [asked.get('verify'), asked.get('reset')]
if ((verifying ?? resetting) !== null) history.replaceState(null, '', '/account')

/** Null until the link of a mail was tried. */
const verification = signal<{ readonly failure: unknown } | null>(null)

async function confirm(token: string): Promise<void> {
  const failure: unknown = await client.ask('/v1/users/verification', { body: { token } }).then(
    () => null,
    (error: unknown) => error,
  )
  if (failure === null) await loadTold().catch(() => undefined)
  verification.value = { failure }
}

if (verifying !== null) void confirm(verifying)

/** What the link of a mail came for: an address that is confirmed. */
export function Verified() {
  const texts = ownWords.value
  if (verification.value === null) return null
  if (verification.value.failure === null) return <output class="notice">{texts.verified}</output>
  return (
    <p class="alert" role="alert">
      {texts.linkIsOver}
    </p>
  )
}

/** A new password, for whoever came by the link of a mail. */
export function NewPassword() {
  const texts = ownWords.value
  const { busy, run, outcome } = useDoing()
  const [isDone, setDone] = useState(false)
  const set = (form: HTMLFormElement) =>
    run(async () => {
      await client.ask('/v1/passwords', { body: { token: resetting, password: fieldsOf(form)['password'] } })
      setDone(true)
    }, texts.passwordSet)
  return (
    <form
      class="sign-in"
      onSubmit={(event) => {
        event.preventDefault()
        void set(event.currentTarget)
      }}
    >
      <h1>{texts.changePassword}</h1>
      {!isDone && (
        <>
          <Field
            name="password"
            label={texts.newPassword}
            type="password"
            autocomplete="new-password"
            minLength={PASSWORD_MIN}
          />
          <p class="muted small">{accountWords.value.passwordHint}</p>
          <button type="submit" class="primary" disabled={busy}>
            {texts.changePassword}
          </button>
        </>
      )}
      {outcome}
      {isDone && <a href="/account">{accountWords.value.signIn}</a>}
    </form>
  )
}

/** For whoever has forgotten their password. */
export function Forgotten() {
  const texts = ownWords.value
  const { busy, run, outcome } = useDoing()
  const send = (form: HTMLFormElement) =>
    run(() => client.ask('/v1/passwords/reset', { body: { email: fieldsOf(form)['email'] } }), texts.resetSent)
  return (
    <details class="part" data-testid="forgotten">
      <summary>{texts.forgotten}</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void send(event.currentTarget)
        }}
      >
        <div>
          <label htmlFor="forgotten-email">{accountWords.value.email}</label>
          <input id="forgotten-email" name="email" type="email" autocomplete="username" required />
        </div>
        <button type="submit" class="secondary" disabled={busy}>
          {texts.sendReset}
        </button>
        {outcome}
      </form>
    </details>
  )
}
