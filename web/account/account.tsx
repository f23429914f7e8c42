import { useSignalEffect } from '@preact/signals'
import { given } from '../shared/given.ts'
import { house } from '../shared/house.ts'
import { Later } from '../shared/later.tsx'
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
      {asked.has('verify') && <Later load={loadVerified} />}
      {isResetting ? <Later load={loadNewPassword} /> : user.value === null ? <SignIn /> : <Who />}
      {user.value === null && !isResetting && sendsMail && <Later load={loadForgotten}>{null}</Later>}
      {user.value !== null && <Later load={loadOwn} />}
      <Settings />
      {user.value !== null && <SignOut />}
    </div>
  )
}

/** What the link of a mail brought, before it leaves the address. */
const asked = new URLSearchParams(location.search)
const isResetting = asked.has('reset')

/** Whether the house sends mail, as the service wrote it into the page. */
const sendsMail = given<{ readonly mail: boolean }>()?.mail === true

const loadOwn = () => import('./own.tsx').then(({ Own }) => Own)
const loadForgotten = () => import('./links.tsx').then(({ Forgotten }) => Forgotten)
const loadNewPassword = () => import('./links.tsx').then(({ NewPassword }) => NewPassword)
const loadVerified = () => import('./links.tsx').then(({ Verified }) => Verified)

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
