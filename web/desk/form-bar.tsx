import { useRef, useState } from 'preact/hooks'
import { Ask } from './ask.tsx'
import { mistakes, saidAt } from './form-check.ts'
import type { Wish } from './form-send.ts'
import { discard, form, formKey, isUnsaved, original } from './form.ts'
import { coming } from './pictures.ts'
import { useReturnedFocus } from './return-focus.ts'
import { deskWords } from './words.ts'

type FormBarProps = { readonly busy: boolean; readonly submit: (wish: Wish, andNext?: boolean) => Promise<void> }

/** Always at hand below the fields: publish, keep, discard, and how far the form is. */
export function FormBar({ busy, submit }: FormBarProps) {
  const [asked, ask] = useState(false)
  const bar = useRef<HTMLDivElement>(null)
  useReturnedFocus(bar, asked ? 'discard' : null)
  const texts = deskWords.value
  const isDraft = original.value === null || original.value.status === 'draft'
  const publish = form.value.opening === 'now' ? texts.publishNow : texts.publishAt
  const isWaiting = coming(formKey.value) > 0
  const isHeld = busy || isWaiting
  if (asked)
    return (
      <div class="form-bar" ref={bar}>
        <DiscardQuestion onEnd={() => ask(false)} />
      </div>
    )
  return (
    <div class="form-bar" ref={bar} tabIndex={-1}>
      <output class="hint" data-testid="form-state">
        {stateOf(isWaiting)}
      </output>
      <button type="submit" form="lot-form" class="primary" aria-disabled={isHeld} data-testid="submit">
        {busy ? texts.working : isDraft ? publish : texts.save}
      </button>
      {isDraft && (
        <button
          type="button"
          class="secondary"
          aria-disabled={isHeld}
          data-testid="keep-draft"
          onClick={() => void submit(original.value === null ? 'draft' : 'save')}
        >
          {original.value === null ? texts.keepDraft : texts.saveDraft}
        </button>
      )}
      {original.value === null && (
        <button
          type="button"
          class="secondary"
          aria-disabled={isHeld}
          title={texts.andNextHint}
          data-testid="create-next"
          onClick={() => void submit('publish', true)}
        >
          {texts.andNext}
        </button>
      )}
      {isUnsaved.value && (
        <button type="button" class="quiet" data-act="discard" onClick={() => ask(true)}>
          {texts.discard}
        </button>
      )}
    </div>
  )
}

function stateOf(isWaiting: boolean): string {
  const { lookAgain, picturesComing, keptHere } = deskWords.value
  const said = [...mistakes.value.keys()].filter((name) => saidAt(name) !== null).length
  if (said > 0) return lookAgain(said)
  if (isWaiting) return picturesComing
  return isUnsaved.value ? keptHere : ''
}

function DiscardQuestion({ onEnd }: { readonly onEnd: () => void }) {
  const { sureDiscard, yes } = deskWords.value
  return (
    <Ask
      question={sureDiscard}
      yes={yes.discard}
      grave
      onYes={() => {
        discard()
        onEnd()
        return Promise.resolve()
      }}
      onNo={onEnd}
    />
  )
}
