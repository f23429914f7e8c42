import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { SessionView } from '../../src/sdk/index.ts'
import { client } from '../shared/full-client.ts'
import { shortTime } from '../shared/time.ts'
import { Part, useDoing } from './parts.tsx'
import { ownWords } from './own-words.ts'

const sessions = signal<readonly SessionView[]>([])

async function load(): Promise<void> {
  sessions.value = (await client.sessions()).items
}

/** Where the account is signed in; each is ended by itself. */
export function Sessions() {
  const texts = ownWords.value
  const { busy, run, outcome } = useDoing()
  useEffect(() => void load().catch(() => undefined), [])
  const end = (id: string) => run(async () => (await client.endSession(id), load()))
  return (
    <Part id="sessions" title={texts.sessions}>
      <ul class="lines">
        {sessions.value.map(({ id, device, current, createdAt, lastUsedAt }) => (
          <li key={id}>
            <div>
              <strong>{device === null || device === '' ? texts.unknownDevice : device}</strong>
              <p class="muted small">
                {current ? `${texts.thisSession} · ` : ''}
                {texts.lastUsed(shortTime(lastUsedAt ?? createdAt))}
              </p>
            </div>
            {!current && (
              <button type="button" class="secondary" disabled={busy} onClick={() => void end(id)}>
                {texts.endSession}
              </button>
            )}
          </li>
        ))}
      </ul>
      {outcome}
    </Part>
  )
}
