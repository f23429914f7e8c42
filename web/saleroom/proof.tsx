import { signal } from '@preact/signals'
import { type LedgerCheck, checkLedger } from '../../src/sdk/proof.ts'
import { dictionary } from '../shared/language.ts'
import { Icon } from '../shared/icons.tsx'
import { ledgerAddress, readLedger } from '../shared/ledger.ts'
import { receiptsOf } from '../shared/receipts.ts'
import { room } from './room.ts'
import type { Texts } from './proof-words.en.ts'

const proofWords = dictionary<Texts>((language) => import(`./proof-words.${language}.ts`))

type State = 'idle' | 'checking' | 'unable' | LedgerCheck

const state = signal<State>('idle')

/** Checks the result on the reader's own machine. */
export function Proof() {
  const texts = proofWords.value
  const { value } = state
  const address = ledgerAddress(room.value!.auction.id)
  return (
    <div class="proof" data-testid="proof" aria-live="polite">
      {value === 'idle' || value === 'checking' ? (
        <button type="button" class="secondary" disabled={value === 'checking'} onClick={() => void verify()}>
          {value === 'idle' ? texts.verify : texts.checking}
        </button>
      ) : value === 'unable' ? (
        <p>{texts.unable}</p>
      ) : value.ok ? (
        <Holds check={value} />
      ) : (
        <p class="problem" data-testid="proof-broken">
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

function Holds({ check }: { readonly check: LedgerCheck & { ok: true } }) {
  const texts = proofWords.value
  const { entries, key, place, receipts } = check
  return (
    <>
      <p class="proof-holds" data-testid="proof-holds">
        <Icon of="won" /> {texts.holds}
      </p>
      <ul>
        <li>{texts.chain(entries)}</li>
        <li>{texts.signed(key.slice(0, 8))}</li>
        <li>{texts.logged(place.index + 1, place.size)}</li>
        {receipts > 0 && <li>{texts.receipts(receipts)}</li>}
      </ul>
    </>
  )
}

async function verify(): Promise<void> {
  state.value = 'checking'
  try {
    const { id, outcome } = room.value!.auction
    const check = await checkLedger(await readLedger(id), receiptsOf(id))
    const isShown = check.ok && JSON.stringify(sorted(check.outcome)) !== JSON.stringify(sorted(outcome))
    state.value = isShown ? { ok: false, line: null, why: 'certificate' } : check
  } catch {
    state.value = 'unable'
  }
}

function sorted(outcome: object | null): unknown {
  return outcome === null ? null : Object.entries(outcome).sort(([a], [b]) => (a < b ? -1 : 1))
}
