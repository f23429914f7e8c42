import { LanguageOptions } from './language-options.tsx'
import { language, speakChosen } from '../shared/language.ts'
import { SCHEMES, paint, scheme } from '../shared/scheme.ts'
import { allowKeys, keys } from '../shared/keys.ts'
import { canVibrate, senses, turn } from '../shared/senses.ts'
import { accountWords } from './words.ts'

/** How the pages speak, look and sound, on this device. */
export function Settings() {
  const texts = accountWords.value
  return (
    <section class="settings" aria-labelledby="settings">
      <h2 id="settings">{texts.settings}</h2>
      <div>
        <label htmlFor="language">{texts.language}</label>
        <select id="language" value={language.value} onChange={speakChosen}>
          <LanguageOptions />
        </select>
      </div>
      <fieldset>
        <legend class="label">{texts.scheme}</legend>
        <div class="choice">
          {SCHEMES.map((one) => (
            <label key={one}>
              <input
                type="radio"
                name="scheme"
                value={one}
                checked={scheme.value === one}
                onChange={() => paint(one)}
              />
              {texts.schemes[one]}
            </label>
          ))}
        </div>
      </fieldset>
      <Switch
        name="sounds"
        label={texts.sounds}
        hint={texts.soundsHint}
        isOn={senses.value.sounds}
        turn={(on) => turn('sounds', on)}
      />
      {canVibrate && (
        <Switch
          name="vibration"
          label={texts.vibration}
          hint={texts.vibrationHint}
          isOn={senses.value.vibration}
          turn={(on) => turn('vibration', on)}
        />
      )}
      <Switch name="keys" label={texts.keys} hint={texts.keysHint} isOn={keys.value} turn={allowKeys} />
    </section>
  )
}

type SwitchProps = {
  readonly name: string
  readonly label: string
  readonly hint: string
  readonly isOn: boolean
  readonly turn: (on: boolean) => void
}

function Switch({ name, label, hint, isOn, turn: turnTo }: SwitchProps) {
  return (
    <div class="switch">
      <label htmlFor={name}>{label}</label>
      <input
        id={name}
        type="checkbox"
        role="switch"
        checked={isOn}
        aria-checked={isOn}
        aria-describedby={`${name}-hint`}
        onChange={(event) => turnTo(event.currentTarget.checked)}
      />
      <p id={`${name}-hint`} class="muted small">
        {hint}
      </p>
    </div>
  )
}
