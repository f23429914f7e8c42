import { batch, signal } from '@preact/signals'
import { useEffect, useLayoutEffect, useState } from 'preact/hooks'
import { type AuctionView, ProblemError } from '../../src/sdk/index.ts'
import { mention } from '../shared/announce.tsx'
import { explain } from '../shared/refusals.ts'
import { client } from '../shared/full-client.ts'
import { words } from '../shared/words.ts'
import { AddToDescription } from './add-to-description.tsx'
import { Ask } from './ask.tsx'
import { FormBar } from './form-bar.tsx'
import { mistakes } from './form-check.ts'
import { type Wish, send } from './form-send.ts'
import { copy, forgetBasis, form, formKey, hasBasis, isUnsaved, original, takeUp, touch } from './form.ts'
import { isOver } from './hammer.ts'
import { LotFields } from './lot-fields.tsx'
import { Notice, notice } from './notice.tsx'
import { coming } from './pictures.ts'
import { addressOf, go, stay } from './place.ts'
import { Preview } from './preview.tsx'
import { deskWords } from './words.ts'

const failure = signal<unknown>(null)
const busy = signal(false)

export function NewLot({ like }: { readonly like: string | null }) {
  const [isReady, ready] = useState(false)
  useLayoutEffect(() => {
    batch(() => {
      takeUp(null)
      failure.value = null
    })
    ready(true)
  }, [])
  if (!isReady) return null
  if (like !== null) return <CopyOf key={like} id={like} />
  return (
    <>
      <Notice at="new" />
      {hasBasis.value && (
        <p class="hint as-last">
          {deskWords.value.asLast}{' '}
          <button type="button" class="quiet" data-testid="start-empty" onClick={forgetBasis}>
            {deskWords.value.startEmpty}
          </button>
        </p>
      )}
      <LotForm />
    </>
  )
}

/** Reads the auction to copy, and asks first where something unfinished would go for it. */
function CopyOf({ id }: { readonly id: string }) {
  const [view, read] = useState<AuctionView | null>(null)
  const [lost, lose] = useState<unknown>(null)
  useEffect(() => {
    client.auction(id).then((from) => (isUnsaved.peek() ? read(from) : fill(from)), lose)
  }, [id])
  if (lost !== null) return <p class="alert">{explain(lost)}</p>
  if (view === null) return <p class="muted">{words.value.loading}</p>
  return (
    <Ask
      question={deskWords.value.sureCopy(view.title)}
      yes={deskWords.value.yes.copy}
      grave
      onYes={() => Promise.resolve(fill(view))}
      onNo={() => stay('new')}
    />
  )
}

function fill(view: AuctionView): void {
  copy(view)
  stay('new')
  mention('form', deskWords.peek().copied(view.title))
}

/** The auction is read first: what is changed is what it is now. */
export function EditLot({ id }: { readonly id: string }) {
  const [isReady, ready] = useState(false)
  const [lost, lose] = useState<unknown>(null)
  useEffect(() => {
    failure.value = null
    client.auction(id).then(
      (view) => {
        takeUp(view)
        ready(true)
      },
      (error: unknown) => lose(error),
    )
  }, [id])
  if (lost !== null) return <p class="alert">{explain(lost)}</p>
  if (!isReady || original.value === null) return <p class="muted">{words.value.loading}</p>
  const { title, bidCount } = original.value
  return (
    <>
      <div class="edit-head">
        <a href={addressOf('auctions')}>{deskWords.value.backToAuctions}</a>
        <h2>{deskWords.value.editing(title)}</h2>
      </div>
      {isOver(original.value) ? (
        <p class="notice">{deskWords.value.over}</p>
      ) : bidCount > 0 ? (
        <AddToDescription failure={failure.value} busy={busy.value} submit={() => submit('add')} />
      ) : (
        <LotForm />
      )}
    </>
  )
}

/** The fields, what they come to, and what to do with it. */
function LotForm() {
  return (
    <div class="lot-form">
      <form
        class="lot-fields"
        id="lot-form"
        data-testid="lot-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void submit(original.value === null || original.value.status === 'draft' ? 'publish' : 'save')
        }}
      >
        <LotFields />
      </form>
      <Preview />
      <div class="lot-end">
        {failure.value !== null && (
          <p class="alert" role="alert" data-testid="failure">
            {explain(failure.value, form.value.currency)}
          </p>
        )}
        <FormBar busy={busy.value} submit={submit} />
      </div>
    </div>
  )
}

async function submit(wish: Wish, andNext = false): Promise<void> {
  if (busy.peek() || (wish !== 'add' && !isSound())) return
  busy.value = true
  failure.value = null
  try {
    const saved = await send(wish)
    if (saved === null) mention('form', deskWords.peek().unchanged)
    const { done } = deskWords.peek()
    const says = { draft: done.draft, publish: done.publish, save: done.saved, add: done.saved }[wish]
    const auction = saved ?? original.peek()!
    const text =
      saved === null
        ? deskWords.peek().unchanged
        : wish === 'publish' && auction.status === 'open'
          ? done.open(auction.title)
          : says(auction.title)
    notice.value = { text, auction: auction.id, at: andNext ? 'new' : 'auctions' }
    if (andNext) scrollTo(0, 0)
    else go('auctions')
  } catch (error) {
    failure.value = error
    if (error instanceof ProblemError && error.code === 'auction_has_bids') await readAgain()
  }
  busy.value = false
}

/** Somebody bid meanwhile: from now on it can only be added to. What was typed stays in the store. */
async function readAgain(): Promise<void> {
  const view = await client.auction(formKey.peek()).catch(() => null)
  if (view !== null) original.value = view
}

/** Shows what is missing and goes to the first of it. */
function isSound(): boolean {
  const wrong = [...mistakes.peek().keys()]
  if (wrong.length === 0) return coming(formKey.peek()) === 0
  touch(...wrong)
  mention('form', deskWords.peek().lookAgain(wrong.length))
  const first = document.querySelector<HTMLElement>(wrong.map((name) => `#${name}`).join())
  first?.focus()
  first?.scrollIntoView({ block: 'center' })
  return false
}
