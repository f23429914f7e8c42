import type { ComponentChildren } from 'preact'
import { saidAt } from './form-check.ts'
import type { CheckName, MoneyName, TextName } from './form-shape.ts'
import { form, set, touch } from './form.ts'
import { deskWords } from './words.ts'

type AroundProps = {
  readonly name: TextName
  readonly label: string
  readonly hint?: string | undefined
  readonly isOptional?: boolean | undefined
  readonly children: ComponentChildren
}

/** Label above, what is wrong or worth knowing below. */
function Around({ name, label, hint, isOptional, children }: AroundProps) {
  const said = saidAt(name)
  return (
    <div class="field">
      <label htmlFor={name}>
        {label} {isOptional === true && <span class="optional">{deskWords.value.optional}</span>}
      </label>
      {children}
      <p id={`${name}-said`} class={said === null ? 'hint' : 'wrong'} data-testid={said === null ? undefined : 'wrong'}>
        {said ?? hint}
      </p>
    </div>
  )
}

/** What ties a control to its label and its message. */
function tied(name: TextName) {
  return {
    id: name,
    'aria-invalid': saidAt(name) !== null,
    'aria-describedby': `${name}-said`,
    onBlur: () => touch(name),
  }
}

type FieldProps = {
  readonly name: Exclude<TextName, 'ending' | 'opening' | 'belowReserve' | 'format' | 'increments' | 'locale'>
  readonly label: string
  readonly type?: 'datetime-local' | 'number'
  readonly lines?: number
  readonly max?: number
  readonly hint?: string
  readonly isOptional?: boolean
}

export function Field({ name, label, type, lines, max, hint, isOptional }: FieldProps) {
  const common = { ...tied(name), value: form.value[name], ...(max === undefined ? {} : { maxLength: max }) }
  return (
    <Around name={name} label={label} hint={hint} isOptional={isOptional}>
      <Control name={name} type={lines === undefined ? (type ?? 'text') : 'lines'} rows={lines} common={common} />
    </Around>
  )
}

type Typed = FieldProps['name']
type ControlProps = {
  readonly name: Typed
  readonly type: 'text' | 'number' | 'datetime-local' | 'lines'
  readonly rows: number | undefined
  readonly common: ReturnType<typeof tied> & { readonly value: string; readonly maxLength?: number }
}

function Control({ name, type, rows, common }: ControlProps) {
  const typed = (event: { readonly currentTarget: { readonly value: string } }) => set(name, event.currentTarget.value)
  switch (type) {
    case 'lines':
      return <textarea {...common} {...(rows === undefined ? {} : { rows })} onInput={typed} />
    case 'datetime-local':
      return <input {...common} type="datetime-local" onInput={typed} />
    case 'number':
      return <input {...common} type="number" min={0} step="any" inputMode="decimal" onInput={typed} />
    case 'text':
      return <input {...common} autocomplete="off" onInput={typed} />
  }
}

type MoneyProps = {
  readonly name: MoneyName | 'percent'
  readonly label: string
  readonly hint?: string
  readonly isOptional?: boolean
}

/** A figure with what it is counted in beside it. */
export function FigureField({ name, label, hint, isOptional }: MoneyProps) {
  return (
    <Around name={name} label={label} hint={hint} isOptional={isOptional}>
      <div class="counted">
        <input
          {...tied(name)}
          type="text"
          inputMode="decimal"
          autocomplete="off"
          value={form.value[name]}
          onInput={(event) => set(name, event.currentTarget.value)}
        />
        <span aria-hidden="true">{name === 'percent' ? '%' : form.value.currency}</span>
      </div>
    </Around>
  )
}

type Selected = 'currency' | 'format' | 'increments'
type SelectProps<Name extends Selected> = {
  readonly name: Name
  readonly label: string
  readonly options: readonly (readonly [value: string, text: string])[]
}

export function Select<Name extends Selected>({ name, label, options }: SelectProps<Name>) {
  return (
    <Around name={name} label={label}>
      <select
        {...tied(name)}
        value={form.value[name]}
        onChange={(event) => set(name, event.currentTarget.value as never)}
      >
        {options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </Around>
  )
}

export function Check({
  name,
  label,
  hint,
}: {
  readonly name: CheckName
  readonly label: string
  readonly hint?: string
}) {
  return (
    <label class="option">
      <input type="checkbox" checked={form.value[name]} onChange={(event) => set(name, event.currentTarget.checked)} />
      <span>
        {label} {hint !== undefined && <span class="hint">{hint}</span>}
      </span>
    </label>
  )
}
