import { useId } from 'preact/hooks'

type ChoiceProps<Value extends string> = {
  readonly label: string
  readonly options: readonly (readonly [value: Value, text: string])[]
  readonly chosen: Value
  readonly onChoose: (value: Value) => void
  readonly isLabelShown?: boolean
  readonly name?: string
}

/** A few ways of which one holds, side by side. */
export function Choice<Value extends string>(props: ChoiceProps<Value>) {
  const { label, options, chosen, onChoose, isLabelShown = false, name } = props
  const own = useId()
  return (
    <div>
      {isLabelShown && (
        <p class="label" aria-hidden="true">
          {label}
        </p>
      )}
      <div class="choice" role="radiogroup" aria-label={label}>
        {options.map(([value, text]) => (
          <label key={value}>
            <input
              type="radio"
              name={name ?? own}
              value={value}
              checked={value === chosen}
              onChange={() => onChoose(value)}
            />
            {text}
          </label>
        ))}
      </div>
    </div>
  )
}
