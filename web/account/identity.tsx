import { user } from '../shared/session.ts'
import { client } from '../shared/full-client.ts'
import { Field, Part, fieldsOf, useDoing } from './parts.tsx'
import { told } from './told.tsx'
import { ownWords } from './own-words.ts'

const PASSWORD_MIN = 8

/** The address and the password of an account. */
export function Identity() {
  const texts = ownWords.value
  return (
    <Part id="identity" title={texts.identity}>
      <Verification />
      <ChangeEmail />
      <ChangePassword />
    </Part>
  )
}

function Verification() {
  const texts = ownWords.value
  const { busy, run, outcome } = useDoing()
  const state = told.value?.email ?? 'off'
  if (state === 'off') return null
  if (state === 'verified') return <p class="muted small">{texts.verified}</p>
  return (
    <div class="notice">
      <p>{texts.unverified}</p>
      <button
        type="button"
        class="secondary"
        data-testid="verify"
        disabled={busy}
        onClick={() => void run(() => client.ask('/v1/users/verification', { body: {} }), texts.verificationSent)}
      >
        {texts.sendVerification}
      </button>
      {outcome}
    </div>
  )
}

function ChangeEmail() {
  const texts = ownWords.value
  const { busy, run, outcome } = useDoing()
  const isConfirmed = (told.value?.email ?? 'off') !== 'off'
  const change = (form: HTMLFormElement) =>
    run(
      async () => {
        const { email, currentPassword } = fieldsOf(form)
        const changed = await client.changeMe({ email: email!, currentPassword: currentPassword! })
        user.value = changed
        form.reset()
      },
      isConfirmed ? texts.emailAsked : texts.emailChanged,
    )
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void change(event.currentTarget)
      }}
    >
      <h3>{texts.changeEmail}</h3>
      <Field name="email" label={texts.newEmail} type="email" autocomplete="email" />
      <Field name="currentPassword" label={texts.currentPassword} type="password" autocomplete="current-password" />
      <button type="submit" class="secondary" disabled={busy}>
        {texts.changeEmail}
      </button>
      {outcome}
    </form>
  )
}

function ChangePassword() {
  const texts = ownWords.value
  const { busy, run, outcome } = useDoing()
  const change = (form: HTMLFormElement) =>
    run(async () => {
      const { password, currentPassword } = fieldsOf(form)
      await client.changeMe({ password: password!, currentPassword: currentPassword! })
      form.reset()
    }, texts.passwordChanged)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void change(event.currentTarget)
      }}
    >
      <h3>{texts.changePassword}</h3>
      {/* For keepers of passwords: whose it is. */}
      <div class="unseen" aria-hidden="true">
        <input type="text" autocomplete="username" value={user.value?.email ?? ''} readonly tabIndex={-1} />
      </div>
      <Field name="currentPassword" label={texts.currentPassword} type="password" autocomplete="current-password" />
      <Field
        name="password"
        label={texts.newPassword}
        type="password"
        autocomplete="new-password"
        minLength={PASSWORD_MIN}
      />
      <button type="submit" class="secondary" disabled={busy}>
        {texts.changePassword}
      </button>
      {outcome}
    </form>
  )
}
