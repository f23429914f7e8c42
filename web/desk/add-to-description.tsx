import { explain } from '../shared/refusals.ts'
import { Field } from './fields.tsx'
import { form, original } from './form.ts'
import { deskWords } from './words.ts'

type AddProps = { readonly failure: unknown; readonly busy: boolean; readonly submit: () => Promise<void> }

/** With bids only the description may grow. */
export function AddToDescription({ failure, busy, submit }: AddProps) {
  const { hasBids, addition, additionHint, add, working } = deskWords.value
  const { description } = original.value!
  const isEmpty = form.value.addition.trim() === ''
  return (
    <form
      class="add-form"
      data-testid="add-form"
      onSubmit={(event) => {
        event.preventDefault()
        if (!isEmpty) void submit()
      }}
    >
      <p class="notice">{hasBids}</p>
      {description !== '' && <p class="written">{description}</p>}
      <Field name="addition" label={addition} lines={4} max={20_000 - description.length - 2} hint={additionHint} />
      {failure !== null && (
        <p class="alert" role="alert">
          {explain(failure)}
        </p>
      )}
      <button type="submit" class="primary" aria-disabled={busy || isEmpty} data-testid="submit">
        {busy ? working : add}
      </button>
    </form>
  )
}
