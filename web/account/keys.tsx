import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { ApiKeyView, KeyScope } from '../../src/sdk/index.ts'
import { client } from '../shared/full-client.ts'
import { user } from '../shared/session.ts'
import { shortTime } from '../shared/time.ts'
import { Field, Part, fieldsOf, useDoing } from './parts.tsx'
import { ownWords } from './own-words.ts'

const keys = signal<readonly ApiKeyView[]>([])
/** The secret of the key that was just made, which nobody sees again. */
const secret = signal<string | null>(null)

async function load(): Promise<void> {
  keys.value = (await client.keys()).items
}

/** The scopes that a rank can use. */
function scopesOf(role: string | undefined): readonly KeyScope[] {
  const all: readonly KeyScope[] = ['read', 'bid', 'sell', 'admin']
  return all.slice(0, role === 'admin' ? 4 : role === 'seller' ? 3 : 2)
}

/** Keys of one's programs. */
export function Keys() {
  const texts = ownWords.value
  const { busy, run, outcome } = useDoing()
  useEffect(() => void load().catch(() => undefined), [])
  const make = (form: HTMLFormElement) =>
    run(async () => {
      const scopes = new FormData(form).getAll('scope') as KeyScope[]
      secret.value = (await client.makeKey({ name: fieldsOf(form)['name']!, scopes })).secret
      form.reset()
      await load()
    })
  const end = (id: string) => run(async () => (await client.endKey(id), load()))
  return (
    <Part id="api-keys" title={texts.apiKeys}>
      <p class="muted small">{texts.apiKeysHint}</p>
      <ul class="lines">
        {keys.value.map(({ id, name, scopes, createdAt }) => (
          <li key={id}>
            <div>
              <strong>{name}</strong>
              <p class="muted small">
                {scopes.map((scope) => texts.scopes[scope]).join(', ')} · {shortTime(createdAt)}
              </p>
            </div>
            <button type="button" class="secondary" disabled={busy} onClick={() => void end(id)}>
              {texts.endKey}
            </button>
          </li>
        ))}
      </ul>
      {secret.value !== null && (
        <div class="notice" data-testid="secret">
          <p>{texts.secretOnce}</p>
          <code>{secret.value}</code>
        </div>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void make(event.currentTarget)
        }}
      >
        <Field name="name" label={texts.keyName} type="text" autocomplete="off" />
        <fieldset class="scopes">
          <legend class="label">{texts.keyScopes}</legend>
          {scopesOf(user.value?.role).map((scope) => (
            <label key={scope}>
              <input type="checkbox" name="scope" value={scope} defaultChecked={scope === 'read'} />
              {texts.scopes[scope]}
            </label>
          ))}
        </fieldset>
        <button type="submit" class="secondary" disabled={busy}>
          {texts.makeKey}
        </button>
      </form>
      {outcome}
    </Part>
  )
}
