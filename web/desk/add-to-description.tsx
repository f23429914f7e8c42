import { explain } from '../shared/refusals.ts'
import { Field } from './fields.tsx'
import { additionsTo } from './form-body.ts'
import { original } from './form.ts'
import { RoomFields } from './lot-fields.tsx'
import { deskWords } from './words.ts'

type AddProps = { readonly failure: unknown; readonly busy: boolean; readonly submit: () => Promise<void> }

/** With bids only the description may grow, and the room be opened or closed. */
export function AddToDescription({ failure, busy, submit }: AddProps) {
  const { hasBids, addition, additionHint, save, working } = deskWords.value
  const { description } = original.value!
  const isEmpty = additionsTo(original.value!) === null
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
      <RoomFields />
      {failure !== null && (
        <p class="alert" role="alert">
          {explain(failure)}
        </p>
      )}
      <button type="submit" class="primary" aria-disabled={busy || isEmpty} data-testid="submit">
        {busy ? working : save}
      </button>
    </form>
  )
}
