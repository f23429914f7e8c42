import { useState } from 'preact/hooks'
import { SignIn } from '../account/sign-in.tsx'
import { explain } from '../shared/refusals.ts'
import { client } from '../shared/full-client.ts'
import { user } from '../shared/session.ts'
import { words } from '../shared/words.ts'
import { lendWords } from './words.ts'

/** The origin that asks, as the service has found it to be allowed. */
const asking = new URLSearchParams(location.search).get('origin') ?? ''

/** In a pop-up of a page elsewhere: signs in here, and lends that page the right to bid, if its reader wants it. */
export function Lend() {
  const [failure, setFailure] = useState<unknown>(null)
  const texts = lendWords.value
  if (user.value === undefined) return <p class="empty">{words.value.loading}</p>
  if (user.value === null) return <SignIn />
  const lend = async () => {
    try {
      const { accessToken, expiresInSeconds } = await client.tokenFor(asking)
      const opener = window.opener as Window | null
      opener?.postMessage({ type: 'martillo.token', accessToken, expiresInSeconds }, asking)
      window.close()
    } catch (error) {
      setFailure(error)
    }
  }
  return (
    <div class="lend-page">
      <h1>{texts.title}</h1>
      <p>{texts.asks(user.value.displayName)}</p>
      <p class="asking">{asking}</p>
      <p class="muted">{texts.means}</p>
      {failure !== null && (
        <p class="alert" role="alert">
          {explain(failure)}
        </p>
      )}
      <button type="button" class="primary" data-testid="lend" onClick={() => void lend()}>
        {texts.allow}
      </button>
      <button type="button" class="secondary" onClick={() => window.close()}>
        {texts.refuse}
      </button>
    </div>
  )
}
