import { Choice } from './choice.tsx'
import { Check, Field } from './fields.tsx'
import { isOpeningFree } from './form-check.ts'
import { type Ending, LENGTHS_SECONDS } from './form-shape.ts'
import { form, original, set } from './form.ts'
import { lengthName, timeZone } from './instants.ts'
import { PictureField } from './picture-field.tsx'
import { PriceFields } from './price-fields.tsx'
import { deskWords } from './words.ts'

const TITLE_MAX = 200
const DESCRIPTION_MAX = 20_000

/** Everything about an auction that can be set, in the order in which one thinks of it. */
export function LotFields() {
  return (
    <>
      <WhatFields />
      <PriceFields />
      <TimeFields />
      <RoomFields />
    </>
  )
}

function WhatFields() {
  const { lot, name, description, descriptionHint } = deskWords.value
  return (
    <fieldset>
      <legend>{lot}</legend>
      <Field name="title" label={name} max={TITLE_MAX} />
      <PictureField />
      <Field name="description" label={description} lines={6} max={DESCRIPTION_MAX} hint={descriptionHint} isOptional />
    </fieldset>
  )
}

function TimeFields() {
  const texts = deskWords.value
  return (
    <fieldset>
      <legend>{texts.time}</legend>
      {isOpeningFree() && <Opening />}
      <End />
      <div class="options">
        <Check name="softClose" label={texts.softClose} hint={texts.softCloseHint} />
      </div>
      {form.value.softClose && (
        <>
          <div class="pair">
            <Field name="windowMinutes" label={texts.windowMinutes} type="number" />
            <Field name="extensionMinutes" label={texts.extensionMinutes} type="number" />
          </div>
          <div class="options">
            <Check name="limited" label={texts.limited} />
          </div>
          {form.value.limited && (
            <div class="pair">
              <Field name="maxExtensions" label={texts.maxExtensions} type="number" />
            </div>
          )}
        </>
      )}
    </fieldset>
  )
}

export function RoomFields() {
  const { room, presence, presences, messages, speakers, ask, askHint } = deskWords.value
  return (
    <fieldset>
      <legend>{room}</legend>
      <Choice
        label={messages}
        isLabelShown
        name="messages"
        options={(['off', 'bidders', 'members'] as const).map((one) => [one, speakers[one]] as const)}
        chosen={form.value.messages}
        onChoose={(value) => set('messages', value)}
      />
      <Choice
        label={presence}
        isLabelShown
        name="presence"
        options={(['off', 'count', 'paddles'] as const).map((one) => [one, presences[one]] as const)}
        chosen={form.value.presence}
        onChoose={(value) => set('presence', value)}
      />
      <div class="options">
        <Check name="ask" label={ask} hint={askHint} />
      </div>
    </fieldset>
  )
}

function Opening() {
  const { opening, openings, opensOn, zone } = deskWords.value
  const { status } = original.value ?? { status: 'draft' }
  const now = original.value === null ? openings.now : openings.byHand
  const options = [...(status === 'draft' ? [['now', now] as const] : []), ['at', openings.at] as const]
  return (
    <div class="pair">
      {options.length > 1 && (
        <Choice
          label={opening}
          isLabelShown
          name="opening"
          options={options}
          chosen={form.value.opening}
          onChoose={(value) => set('opening', value)}
        />
      )}
      {form.value.opening === 'at' && (
        <Field name="opensAt" label={opensOn} type="datetime-local" hint={zone(timeZone)} />
      )}
    </div>
  )
}

function End() {
  const { ending, endings, fromOpening, closesOn, zone } = deskWords.value
  const lengths = LENGTHS_SECONDS.map((seconds) => [`${seconds}`, lengthName.value(seconds)] as const)
  const isKeepable = original.value !== null && original.value.closesAt === null
  const options: (readonly [Ending, string])[] = [
    ...(isKeepable ? [['kept', endings.kept] as const] : []),
    ...lengths,
    ['at', endings.at],
  ]
  return (
    <>
      <div class="lengths">
        <Choice
          label={ending}
          isLabelShown
          name="ending"
          options={options}
          chosen={form.value.ending}
          onChoose={(value) => set('ending', value)}
        />
        {form.value.ending !== 'at' && form.value.ending !== 'kept' && <p class="hint">{fromOpening}</p>}
      </div>
      {form.value.ending === 'at' && (
        <div class="pair">
          <Field name="closesAt" label={closesOn} type="datetime-local" hint={zone(timeZone)} />
        </div>
      )}
    </>
  )
}
