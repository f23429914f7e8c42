import { effect, signal } from '@preact/signals'
import { type LedgerCheck, checkLedger } from '../../src/sdk/proof.ts'
import { Icon } from '../shared/icons.tsx'
import { dictionary } from '../shared/language.ts'
import { ledgerAddress, readLedger } from '../shared/ledger.ts'
import { receiptsOf } from '../shared/receipts.ts'
import { isOver, isPlaying } from './player.ts'
import { type Showing, showing } from './showing.ts'
import { filmWords } from './words.ts'
import type { Texts } from '../saleroom/proof-words.en.ts'

/** As the saleroom says it. */
const proofWords = dictionary<Texts>((language) => import(`../saleroom/proof-words.${language}.ts`))

type State = 'idle' | 'checking' | 'unable' | 'not the same' | LedgerCheck

const state = signal<State>('idle')

/** A film that was played to its end is checked by itself. */
let wasPlaying = false
effect(() => {
  if (wasPlaying && !isPlaying.value && isOver.peek() && state.peek() === 'idle') void verify()
  wasPlaying = isPlaying.value
})

/** What the film ends in: that it holds, checked on the reader's own machine. */
export function FilmProof() {
  const texts = proofWords.value
  const { value } = state
  const address = ledgerAddress(showing.value!.auction.id)
  return (
    <div class="film-proof" data-testid="film-proof" aria-live="polite">
      {value === 'idle' || value === 'checking' ? (
        <button type="button" class="secondary" disabled={value === 'checking'} onClick={() => void verify()}>
          {value === 'idle' ? texts.verify : texts.checking}
        </button>
      ) : value === 'unable' ? (
        <p>{texts.unable}</p>
      ) : value === 'not the same' ? (
        <p class="problem" data-testid="film-broken">
          {filmWords.value.notTheSame}
        </p>
      ) : value.ok ? (
        <>
          <p class="film-holds" data-testid="film-holds">
            <Icon of="won" /> {texts.holds}
          </p>
          <p class="small muted">
            {texts.chain(value.entries)} · {texts.signed(value.key.slice(0, 8))}
          </p>
        </>
      ) : (
        <p class="problem" data-testid="film-broken">
          {texts.broken[value.why](value.line)}
        </p>
      )}
      {value !== 'idle' && (
        <a href={address} download="ledger.ndjson">
          {texts.download}
        </a>
      )}
    </div>
  )
}

async function verify(): Promise<void> {
  state.value = 'checking'
  try {
    const shown = showing.peek()!
    const text = await readLedger(shown.auction.id)
    const check = await checkLedger(text, receiptsOf(shown.auction.id))
    state.value = check.ok && !isInLedger(shown, text.split('\n')) ? 'not the same' : check
  } catch {
    state.value = 'unable'
  }
}

type Entry = { readonly seq: string; readonly at: string; readonly data: Readonly<Record<string, unknown>> }

/** Whether each step, and the end, is what the entry of its number says; figures are strings there. */
function isInLedger({ film }: Showing, lines: readonly string[]): boolean {
  const figure = (value: number | null) => (value === null ? null : String(value))
  const isEntry = (line: string | undefined, at: string, said: Readonly<Record<string, unknown>>) => {
    const entry = JSON.parse(line ?? '{}') as Entry
    return entry.at === at && Object.entries(said).every(([name, value]) => entry.data[name] === value)
  }
  const { price, winner, result } = film.outcome
  const last = lines.findLast((line) => line.includes('"type":"auction.closed"'))
  const outcome = (JSON.parse(last ?? '{}') as Partial<Entry>).data?.['outcome'] as Record<string, unknown> | undefined
  const ends = outcome?.['price'] === figure(price) && outcome['winner'] === winner && outcome['result'] === result
  return (
    ends &&
    film.steps.every((step) => {
      const line = lines[step.seq]
      if (step.kind === 'extension') return isEntry(line, step.at, { to: step.extendedTo, reason: step.reason })
      const room = { price: figure(step.price), leader: step.leader, paddle: step.paddle }
      const own = step.kind === 'void' ? { reason: step.reason } : { bid: step.bid, amount: figure(step.amount) }
      return isEntry(line, step.at, { ...room, ...own })
    })
  )
}
