import { useState } from 'preact/hooks'
import { explain } from '../shared/refusals.ts'
import { client } from './client.ts'
import { CheckField, Field, MoneyField, Select } from './fields.tsx'
import { Preview } from './preview.tsx'
import { TABLES, blank, form, isComplete, newAuction } from './form.ts'
import { tab } from './tab.ts'
import { deskWords } from './words.ts'

const CURRENCIES = [
  'EUR',
  'USD',
  'GBP',
  'CHF',
  'JPY',
  'MXN',
  'ARS',
  'CLP',
  'COP',
  'PEN',
  'UYU',
  'BRL',
  'CAD',
  'AUD',
  'NZD',
  'KWD',
]

/** A new auction, beside what its rules come to in plain words. */
export function CreateForm() {
  const [failure, setFailure] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const texts = deskWords.value
  const create = async (asDraft: boolean) => {
    const auction = newAuction(asDraft)
    if (auction === null) return
    setBusy(true)
    setFailure(null)
    try {
      await client.create(auction)
      form.value = blank()
      tab.value = 'auctions'
    } catch (error) {
      setFailure(error)
    }
    setBusy(false)
  }
  return (
    <form
      class="create"
      onSubmit={(event) => {
        event.preventDefault()
        void create(false)
      }}
    >
      <div class="create-fields">
        <LotFields />
        <PriceFields />
        <TimeFields />
      </div>
      <div class="create-side">
        <Preview />
        {failure !== null && (
          <p class="alert" role="alert">
            {explain(failure, form.value.currency)}
          </p>
        )}
        <button type="submit" class="primary" disabled={busy || !isComplete.value}>
          {texts.create}
        </button>
        <button type="button" class="secondary" disabled={busy || !isComplete.value} onClick={() => void create(true)}>
          {texts.createDraft}
        </button>
      </div>
    </form>
  )
}

function LotFields() {
  const { lot, name, description, images, imagesHint } = deskWords.value
  return (
    <fieldset>
      <legend>{lot}</legend>
      <Field name="title" label={name} max={200} required />
      <Field name="description" label={description} lines={5} max={20_000} />
      <Field name="images" label={images} lines={2} hint={imagesHint} />
    </fieldset>
  )
}

function PriceFields() {
  const texts = deskWords.value
  const optional = (label: string) => `${label} (${texts.optional})`
  const steps: [string, string][] = [
    ...TABLES.map((one): [string, string] => [one, texts.tables[one]]),
    ['single', texts.singleStep],
  ]
  return (
    <fieldset>
      <legend>{texts.prices}</legend>
      <div class="pair">
        <MoneyField name="startPrice" label={texts.startPrice} required />
        <Select name="currency" label={texts.currency} options={CURRENCIES.map((one) => [one, one])} />
      </div>
      <div class="pair">
        <MoneyField name="reservePrice" label={optional(texts.reservePrice)} hint={texts.reserveHint} />
        <MoneyField name="buyNowPrice" label={optional(texts.buyNowPrice)} />
      </div>
      {form.value.reservePrice !== '' && <CheckField name="belowReserve" label={texts.belowReserve} />}
      <div class="pair">
        <Select name="increments" label={texts.increments} options={steps} />
        {form.value.increments === 'single' && <MoneyField name="step" label={texts.step} required />}
      </div>
    </fieldset>
  )
}

function TimeFields() {
  const texts = deskWords.value
  return (
    <fieldset>
      <legend>{texts.time}</legend>
      <div class="pair">
        <Field name="opensAt" label={texts.opensAt} type="datetime-local" hint={texts.opensHint} />
        <Field name="closesAt" label={texts.closesAt} type="datetime-local" required />
      </div>
      <CheckField name="softClose" label={texts.softClose} />
      {form.value.softClose && (
        <div class="pair">
          <Field name="windowMinutes" label={texts.windowMinutes} type="number" />
          <Field name="extensionMinutes" label={texts.extensionMinutes} type="number" />
        </div>
      )}
    </fieldset>
  )
}
