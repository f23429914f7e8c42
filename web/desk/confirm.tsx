import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { explain } from '../shared/refusals.ts'
import { words } from '../shared/words.ts'
import { deskWords } from './words.ts'

type ConfirmProps = {
  readonly question: string
  readonly reasoned: boolean
  readonly onYes: (reason: string) => Promise<void>
  readonly onNo: () => void
}

/** Asks before anything that cannot be taken back, and for the reason where one is recorded. */
export function Confirm({ question, reasoned, onYes, onNo }: ConfirmProps) {
  const [reason, setReason] = useState('')
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<unknown>(null)
  const field = useRef<HTMLInputElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const id = useId()
  useEffect(() => (field.current ?? button.current)?.focus(), [])
  const yes = async () => {
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
      class="confirm-act"
      data-testid="confirm"
      onSubmit={(event) => {
        event.preventDefault()
        if (!busy) void yes()
      }}
    >
      <p>{question}</p>
      {reasoned && (
        <div>
          <label htmlFor={id}>{deskWords.value.reason}</label>
          <input
            id={id}
            ref={field}
            type="text"
            maxLength={500}
            required
            value={reason}
            aria-describedby={`${id}-hint`}
            onInput={(event) => setReason(event.currentTarget.value)}
          />
          <p id={`${id}-hint`} class="muted small">
            {deskWords.value.reasonHint}
          </p>
        </div>
      )}
      {failure !== null && (
        <p class="alert" role="alert">
          {explain(failure)}
        </p>
      )}
      <div class="actions">
        <button type="submit" class="primary" disabled={busy} ref={button}>
          {deskWords.value.yes}
        </button>
        <button type="button" class="secondary" onClick={onNo}>
          {words.value.back}
        </button>
      </div>
    </form>
  )
}
