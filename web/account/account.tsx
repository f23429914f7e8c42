import { useSignalEffect } from '@preact/signals'
import { given } from '../shared/given.ts'
import { house } from '../shared/house.ts'
import { user } from '../shared/session.ts'
import { words } from '../shared/words.ts'
import { Identity } from './identity.tsx'
import { Keys } from './keys.tsx'
import { Forgotten, NewPassword, Verified, isResetting } from './links.tsx'
import { Sessions } from './sessions.tsx'
import { Settings } from './settings.tsx'
import { SignIn } from './sign-in.tsx'
import { SignOut } from './sign-out.tsx'
import { Told } from './told.tsx'
import { accountWords } from './words.ts'

export function Account() {
  useSignalEffect(() => {
    document.title = `${accountWords.value.title} – ${house}`
  })
  if (user.value === undefined) return <p class="empty">{words.value.loading}</p>
  return (
    <div class="account-page">
      <Verified />
      {isResetting ? <NewPassword /> : user.value === null ? <SignIn /> : <Who />}
      {user.value === null && !isResetting && sendsMail && <Forgotten />}
      {user.value !== null && <Own />}
      <Settings />
      {user.value !== null && <SignOut />}
    </div>
  )
}

/** Whether the house sends mail, as the service wrote it into the page. */
const sendsMail = given<{ readonly mail: boolean }>()?.mail === true

function Own() {
  return (
    <div class="parts">
      <Told />
      <Identity />
      <Sessions />
      <Keys />
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
