import { useSignalEffect } from '@preact/signals'
import { client, user } from '../shared/session.ts'
import { words } from '../shared/words.ts'
import { MyBids } from './my-bids.tsx'
import { SignIn } from './sign-in.tsx'
import { accountWords } from './words.ts'

export function Account() {
  useSignalEffect(() => {
    document.title = `${accountWords.value.title} – Martillo`
  })
  if (user.value === undefined) return <p class="muted">{words.value.loading}</p>
  if (user.value === null) return <SignIn />
  const { displayName, email, role } = user.value
  return (
    <>
      <div class="who">
        <div>
          <h1>{displayName}</h1>
          <p class="muted">
            {email} · {accountWords.value.role[role]}
          </p>
        </div>
        <button type="button" class="secondary" onClick={() => void client.signOut().catch(() => undefined)}>
          {words.value.signOut}
        </button>
      </div>
      <MyBids />
    </>
  )
}
