import type { ComponentChildren } from 'preact'
import { useId, useState } from 'preact/hooks'
import { explain } from '../shared/refusals.ts'

type PartProps = { readonly id: string; readonly title: string; readonly children: ComponentChildren }

/** A part of the account that is opened to be seen; one that the address names is open. */
export function Part({ id, title, children }: PartProps) {
  return (
    <details class="part" id={id} open={location.hash === `#${id}`}>
      <summary>
        <h2>{title}</h2>
      </summary>
      <div>{children}</div>
    </details>
  )
}

/** Something that is done by a press or a form, and what became of it. */
export function useDoing() {
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<unknown>(null)
  const [done, setDone] = useState<string | null>(null)
  const run = async (work: () => Promise<unknown>, said: string | null = null) => {
    setBusy(true)
    setFailure(null)
    setDone(null)
    await work().then(() => setDone(said), setFailure)
    setBusy(false)
  }
  const outcome = (
    <>
      {failure !== null && (
        <p class="alert" role="alert">
          {explain(failure)}
        </p>
      )}
      <output class={done === null ? 'unseen' : 'notice'}>{done}</output>
    </>
  )
  return { busy, run, outcome }
}

type FieldProps = {
  readonly name: string
  readonly label: string
  readonly type: 'email' | 'password' | 'text'
  readonly autocomplete: string
  readonly minLength?: number
}

export function Field({ name, label, type, autocomplete, minLength }: FieldProps) {
  const id = useId()
  // The types of elements know each kind of field apart.
  const kind = { type } as { type: 'text' }
  return (
    <div>
      <label htmlFor={id}>{label}</label>
      <input id={id} name={name} {...kind} autocomplete={autocomplete} minLength={minLength} required />
    </div>
  )
}

/** What stands in the fields of a form. */
export function fieldsOf(form: HTMLFormElement): Record<string, string> {
  const given = [...new FormData(form)].filter((one): one is [string, string] => typeof one[1] === 'string')
  return Object.fromEntries(given)
}
