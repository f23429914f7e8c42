import { useRef, useState } from 'preact/hooks'
import { useDropped } from './drop.ts'
import { formKey } from './form.ts'
import { PictureTiles } from './picture-tiles.tsx'
import { ACCEPTED, addAddresses, take } from './pictures.ts'
import { deskWords } from './words.ts'

/** Pictures from this device, by button or dropped, several at once; or by their addresses. */
export function PictureField() {
  const place = useRef<HTMLFieldSetElement>(null)
  const isOver = useDropped(place, take)
  const { pictures, picturesHint, choosePictures, dropPictures } = deskWords.value
  return (
    <fieldset class={isOver ? 'pictures over' : 'pictures'} ref={place} aria-label={pictures} data-testid="pictures">
      <p class="label" aria-hidden="true">
        {pictures} <span class="optional">{deskWords.value.optional}</span>
      </p>
      <PictureTiles />
      <div class="picture-ways">
        <label class="file-button">
          <input
            type="file"
            multiple
            accept={ACCEPTED}
            aria-describedby="pictures-hint"
            data-testid="choose-pictures"
            onChange={(event) => {
              take([...(event.currentTarget.files ?? [])])
              event.currentTarget.value = ''
            }}
          />
          {choosePictures}
        </label>
        <span class="hint drop-hint">{dropPictures}</span>
      </div>
      <p class="hint" id="pictures-hint">
        {picturesHint}
      </p>
      <ByAddress key={formKey.value} />
    </fieldset>
  )
}

function ByAddress() {
  const [typed, type] = useState('')
  const [wrong, say] = useState<string | null>(null)
  const { pictureAddress, addAddress } = deskWords.value
  const add = () => {
    const refusal = addAddresses(typed)
    say(refusal)
    if (refusal === null) type('')
  }
  return (
    <div class="field">
      <label htmlFor="picture-address">{pictureAddress}</label>
      <div class="with-button">
        <input
          id="picture-address"
          type="url"
          inputMode="url"
          autocomplete="off"
          placeholder="https://"
          value={typed}
          aria-invalid={wrong !== null}
          aria-describedby="picture-address-said"
          onInput={(event) => {
            type(event.currentTarget.value)
            say(null)
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return
            event.preventDefault()
            add()
          }}
        />
        <button type="button" class="secondary" aria-disabled={typed.trim() === ''} onClick={add}>
          {addAddress}
        </button>
      </div>
      <output id="picture-address-said" class="wrong">
        {wrong}
      </output>
    </div>
  )
}
