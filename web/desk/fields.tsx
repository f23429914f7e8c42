import { type CheckName, type MoneyName, type TextName, form, isWrong, set } from './form.ts'
import { deskWords } from './words.ts'

type FieldProps = {
  readonly name: TextName
  readonly label: string
  readonly type?: 'number' | 'datetime-local'
  readonly lines?: number
  readonly max?: number
  readonly hint?: string
  readonly required?: boolean
}

export function Field({ name, label, type, lines, max, hint, required }: FieldProps) {
  const common = {
    id: name,
    value: form.value[name],
    required: required ?? false,
    ...(max === undefined ? {} : { maxLength: max }),
    ...(hint === undefined ? {} : { 'aria-describedby': `${name}-hint` }),
    ...(type === 'number' ? { min: 1 } : {}),
  }
  return (
    <div>
      <label htmlFor={name}>{label}</label>
      {lines === undefined ? (
        <input
          {...common}
          {...(type === undefined ? {} : { type })}
          onInput={(event) => set(name, event.currentTarget.value)}
        />
      ) : (
        <textarea {...common} rows={lines} onInput={(event) => set(name, event.currentTarget.value)} />
      )}
      {hint !== undefined && (
        <p id={`${name}-hint`} class="muted small">
          {hint}
        </p>
      )}
    </div>
  )
}

type MoneyProps = {
  readonly name: MoneyName
  readonly label: string
  readonly hint?: string
  readonly required?: boolean
}

export function MoneyField({ name, label, hint, required }: MoneyProps) {
  return (
    <div>
      <label htmlFor={name}>{label}</label>
      <input
        id={name}
        type="text"
        inputMode="decimal"
        autocomplete="off"
        value={form.value[name]}
        required={required}
        aria-invalid={isWrong(name)}
        aria-describedby={`${name}-hint`}
        onInput={(event) => set(name, event.currentTarget.value)}
      />
      <p id={`${name}-hint`} class={isWrong(name) ? 'wrong' : 'muted small'}>
        {isWrong(name) ? deskWords.value.notAnAmount : hint}
      </p>
    </div>
  )
}

type SelectProps = {
  readonly name: 'currency' | 'increments'
  readonly label: string
  readonly options: readonly (readonly [value: string, text: string])[]
}

export function Select({ name, label, options }: SelectProps) {
  return (
    <div>
      <label htmlFor={name}>{label}</label>
      <select id={name} value={form.value[name]} onChange={(event) => set(name, event.currentTarget.value)}>
        {options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </div>
  )
}

export function CheckField({ name, label }: { readonly name: CheckName; readonly label: string }) {
  return (
    <label class="check">
      <input type="checkbox" checked={form.value[name]} onChange={(event) => set(name, event.currentTarget.checked)} />
      {label}
    </label>
  )
}
