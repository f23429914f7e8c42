import { signal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { client } from '../shared/full-client.ts'
import { useDropped } from './drop.ts'
import { houseForm, setHouse } from './house-form.ts'
import { houseWords } from './house-words.ts'
import { ACCEPTED, explained, readyFrom } from './pictures.ts'

const sending = signal(false)
const refusal = signal<string | null>(null)

async function take([file]: readonly File[]): Promise<void> {
  if (file === undefined || sending.peek()) return
  refusal.value = null
  sending.value = true
  try {
    const made = await readyFrom(file)
    if ('refusal' in made) refusal.value = made.refusal
    else setHouse({ logo: (await client.upload(made.ready)).url })
  } catch (error) {
    refusal.value = explained(error)
  }
  sending.value = false
}

const drop = (files: readonly File[]) => void take(files)

/** One picture, on both papers that it will stand on. */
export function HouseLogo() {
  const place = useRef<HTMLFieldSetElement>(null)
  const isOver = useDropped(place, drop)
  const texts = houseWords.value
  const { logo, name } = houseForm.value!
  return (
    <fieldset class={isOver ? 'pictures over' : 'pictures'} ref={place} aria-label={texts.logo}>
      <p class="label" aria-hidden="true">
        {texts.logo}
      </p>
      {logo !== null && (
        <div class="house-logo" data-testid="house-logo">
          <img src={logo} alt={name === '' ? texts.logo : name} />
          <button
            type="button"
            class="quiet"
            onClick={() => {
              setHouse({ logo: null })
              place.current?.querySelector('input')?.focus()
            }}
          >
            {texts.removeLogo}
          </button>
        </div>
      )}
      <div class="picture-ways">
        <label class="file-button">
          <input
            type="file"
            accept={ACCEPTED}
            aria-describedby="logo-hint"
            data-testid="choose-logo"
            onChange={(event) => {
              drop([...(event.currentTarget.files ?? [])])
              event.currentTarget.value = ''
            }}
          />
          {texts.chooseLogo}
        </label>
        {sending.value && <output class="hint">{texts.working}</output>}
      </div>
      <p class="hint" id="logo-hint">
        {texts.logoHint}
      </p>
      {refusal.value !== null && (
        <p class="wrong" role="alert">
          {refusal.value}
        </p>
      )}
    </fieldset>
  )
}
