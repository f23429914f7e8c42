import { type Language, language, speak } from '../shared/language.ts'
import { SCHEMES, paint, scheme } from '../shared/scheme.ts'
import { type Sense, canVibrate, senses, turn } from '../shared/senses.ts'
import { accountWords } from './words.ts'

const LANGUAGES: readonly (readonly [Language, string])[] = [
  ['en', 'English'],
  ['es', 'Español'],
]

/** How the pages speak, look and sound, on this device. */
export function Settings() {
  const texts = accountWords.value
  return (
    <section class="settings" aria-labelledby="settings">
      <h2 id="settings">{texts.settings}</h2>
      <fieldset>
        <legend class="label">{texts.language}</legend>
        <div class="choice">
          {LANGUAGES.map(([one, name]) => (
            <label key={one} lang={one}>
              <input
                type="radio"
                name="language"
                checked={language.value === one}
                onChange={() => void speak(one).catch(() => undefined)}
              />
              {name}
            </label>
          ))}
        </div>
      </fieldset>
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
      <Switch sense="sounds" label={texts.sounds} hint={texts.soundsHint} />
      {canVibrate && <Switch sense="vibration" label={texts.vibration} hint={texts.vibrationHint} />}
    </section>
  )
}

function Switch({ sense, label, hint }: { readonly sense: Sense; readonly label: string; readonly hint: string }) {
  return (
    <div class="switch">
      <label htmlFor={sense}>{label}</label>
      <input
        id={sense}
        type="checkbox"
        role="switch"
        checked={senses.value[sense]}
        aria-checked={senses.value[sense]}
        aria-describedby={`${sense}-hint`}
        onChange={(event) => turn(sense, event.currentTarget.checked)}
      />
      <p id={`${sense}-hint`} class="muted small">
        {hint}
      </p>
    </div>
  )
}
