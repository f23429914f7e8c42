import { useSignalEffect } from '@preact/signals'
import { house } from '../shared/house.ts'
import { user } from '../shared/session.ts'
import { words } from '../shared/words.ts'
import { Settings } from './settings.tsx'
import { SignIn } from './sign-in.tsx'
import { SignOut } from './sign-out.tsx'
import { accountWords } from './words.ts'

export function Account() {
  useSignalEffect(() => {
    document.title = `${accountWords.value.title} – ${house}`
  })
  if (user.value === undefined) return <p class="empty">{words.value.loading}</p>
  return (
    <div class="account-page">
      {user.value === null ? <SignIn /> : <Who />}
      <Settings />
      {user.value !== null && <SignOut />}
    </div>
  )
}

function Who() {
  const { displayName, email, role } = user.value!
  return (
    <header>
      <h1>{displayName}</h1>
      <p class="muted">
        {email} · {accountWords.value.role[role]}
      </p>
    </header>
  )
}
