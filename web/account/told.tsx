import type { Language } from '../../src/languages/list.ts'
import { LanguageOptions } from './language-options.tsx'
import { signal, useSignalEffect } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { NoticeKind, NoticeWay, PreferencesView } from '../../src/sdk/index.ts'
import { client } from '../shared/full-client.ts'
import { pushHere } from './push.ts'
import { Part, useDoing } from './parts.tsx'
import { ownWords } from './own-words.ts'

/** Those that there are today. */
const KINDS: readonly NoticeKind[] = ['outbid', 'won', 'lost', 'closing_soon', 'lot_coming_up', 'message']

export const told = signal<PreferencesView | null>(null)

export async function loadTold(): Promise<void> {
  told.value = await client.preferences()
}

type Changes = Parameters<typeof client.setPreferences>[0]

function show(view: PreferencesView): void {
  told.value = view
}

/** What could not be kept is shown as it is again. */
async function save(changes: Changes): Promise<void> {
  try {
    show(await client.setPreferences(changes))
  } catch (error) {
    await loadTold().catch(() => undefined)
    throw error
  }
}

const here = Intl.DateTimeFormat().resolvedOptions().timeZone

/** By what way each kind of notice goes. */
export function Told() {
  const texts = ownWords.value
  const { busy, run, outcome } = useDoing()
  useEffect(() => void loadTold().catch(() => undefined), [])
  useSignalEffect(() => {
    if (told.value !== null && location.hash === '#told') document.getElementById('told')?.scrollIntoView()
  })
  const now = told.value
  if (now === null) return null
  const ways: NoticeWay[] = ['page', ...(now.email === 'off' ? [] : ['email' as const]), 'push']
  const set = (changes: Changes) => run(() => save(changes))
  const turn = (kind: NoticeKind, way: NoticeWay, isOn: boolean) => {
    const others = now.notices[kind].filter((one) => one !== way)
    const notices = { [kind]: isOn ? [...others, way] : others }
    show({ ...now, notices: { ...now.notices, ...notices } })
    void set({ notices })
  }
  return (
    <Part id="told" title={texts.told}>
      <table class="ways">
        <thead>
          <tr>
            <th scope="col">
              <span class="unseen">{texts.told}</span>
            </th>
            {ways.map((way) => (
              <th key={way} scope="col">
                {texts.ways[way]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {KINDS.map((kind) => (
            <tr key={kind}>
              <th scope="row">{texts.kinds[kind]}</th>
              {ways.map((way) => (
                <td key={way}>
                  <label>
                    <input
                      type="checkbox"
                      aria-label={`${texts.kinds[kind]}: ${texts.ways[way]}`}
                      checked={now.notices[kind].includes(way)}
                      onChange={(event) => turn(kind, way, event.currentTarget.checked)}
                    />
                  </label>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <PushHere />
      {now.email !== 'off' && (
        <div>
          <label htmlFor="mail-language">{texts.mailLanguage}</label>
          <select
            id="mail-language"
            value={now.language}
            onChange={(event) => void set({ language: event.currentTarget.value as Language })}
          >
            <LanguageOptions />
          </select>
        </div>
      )}
      <p class="muted small">{texts.timeZone(now.timeZone)}</p>
      {now.timeZone !== here && (
        <button type="button" class="secondary" disabled={busy} onClick={() => void set({ timeZone: here })}>
          {texts.takeTimeZone(here)}
        </button>
      )}
      {outcome}
    </Part>
  )
}

/** Push messages are a matter of this very browser. */
function PushHere() {
  const texts = ownWords.value
  const { busy, run, outcome } = useDoing()
  const state = pushHere.state.value
  useEffect(() => void pushHere.look(), [])
  if (state === 'unknown') return null
  if (state === 'impossible') return <p class="muted small">{texts.pushImpossible}</p>
  const isOn = state === 'on'
  return (
    <div class="push-here">
      <button
        type="button"
        class="secondary"
        data-testid="push"
        disabled={busy || state === 'denied'}
        onClick={() => void run(isOn ? pushHere.stop : pushHere.begin)}
      >
        {isOn ? texts.pushStop : texts.pushBegin}
      </button>
      {state === 'denied' && <p class="muted small">{texts.pushDenied}</p>}
      {outcome}
    </div>
  )
}
