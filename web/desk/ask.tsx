import type { ComponentChildren, RefObject } from 'preact'
import { useLayoutEffect, useId, useRef, useState } from 'preact/hooks'
import { explain } from '../shared/refusals.ts'
import { words } from '../shared/words.ts'
import { deskWords } from './words.ts'

const REASON_MAX = 500
/** The key that asked may still be held down: that is no answer. */
const ARMED_AFTER_MS = 300

type AskProps = {
  readonly question: string
  readonly yes: string
  readonly reasoned?: boolean
  readonly grave?: boolean
  /** Why it cannot be said yes to yet. */
  readonly wrong?: string | null
  readonly currency?: string
  readonly children?: ComponentChildren
  readonly onYes: (reason: string) => Promise<void>
  readonly onNo: () => void
}

/** Asks in place before anything that others feel, and for the reason where one is recorded. Escape takes it back. */
export function Ask({ question, yes, reasoned = false, grave = false, wrong = null, ...rest }: AskProps) {
  const { currency = 'EUR', children, onYes, onNo } = rest
  const [reason, setReason] = useState('')
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<unknown>(null)
  const form = useRef<HTMLFormElement>(null)
  const [isArmed, arm] = useState(false)
  const id = useId()
  useLayoutEffect(() => {
    focusWithin(form.current!)
    const timer = setTimeout(() => arm(true), ARMED_AFTER_MS)
    return () => clearTimeout(timer)
  }, [])
  useEscape(form, busy ? null : onNo)
  const answer = async () => {
    setBusy(true)
    setFailure(null)
    try {
      await onYes(reason.trim())
    } catch (error) {
      setFailure(error)
    }
    setBusy(false)
  }
  return (
    <form
      class="ask"
      ref={form}
      data-testid="ask"
      aria-labelledby={`${id}-question`}
      onSubmit={(event) => {
        event.preventDefault()
        if (!busy && isArmed && wrong === null) void answer()
      }}
    >
      <p class="ask-question" id={`${id}-question`}>
        {question}
      </p>
      {children}
      {wrong !== null && <output class="wrong">{wrong}</output>}
      {reasoned && <Reason id={id} value={reason} set={setReason} />}
      {failure !== null && (
        <p class="alert" role="alert">
          {explain(failure, currency)}
        </p>
      )}
      <div class="ask-answers">
        <button
          type="submit"
          class={grave ? 'primary grave' : 'primary'}
          aria-disabled={busy || wrong !== null}
          data-testid="yes"
        >
          {busy ? deskWords.value.working : yes}
        </button>
        <button type="button" class="secondary" aria-disabled={busy} onClick={() => !busy && onNo()}>
          {words.value.back}
        </button>
      </div>
    </form>
  )
}

function useEscape(form: RefObject<HTMLElement | null>, onNo: (() => void) | null): void {
  useLayoutEffect(() => {
    const node = form.current
    const leave = (event: KeyboardEvent) => {
      if (event.key === 'Escape') onNo?.()
    }
    node?.addEventListener('keydown', leave)
    return () => node?.removeEventListener('keydown', leave)
  }, [form, onNo])
}

type ReasonProps = { readonly id: string; readonly value: string; readonly set: (text: string) => void }

function Reason({ id, value, set }: ReasonProps) {
  return (
    <div>
      <label htmlFor={id}>{deskWords.value.reason}</label>
      <input
        id={id}
        type="text"
        maxLength={REASON_MAX}
        required
        autocomplete="off"
        value={value}
        aria-describedby={`${id}-hint`}
        data-testid="reason"
        onInput={(event) => set(event.currentTarget.value)}
      />
      <p id={`${id}-hint`} class="hint">
        {deskWords.value.reasonHint}
      </p>
    </div>
  )
}

function focusWithin(form: HTMLFormElement): void {
  const field = form.querySelector<HTMLElement>(
    'input[type=radio]:checked, input:not([type=radio], [type=checkbox]), button',
  )
  field?.focus({ preventScroll: true })
  form.scrollIntoView({ block: 'nearest' })
}
