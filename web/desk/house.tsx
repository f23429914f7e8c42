import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { SCHEMES, type Scheme, TEXT_CONTRAST, readable } from '../../src/domain/contrast.ts'
import { mention } from '../shared/announce.tsx'
import { locale } from '../shared/language.ts'
import { explain } from '../shared/refusals.ts'
import { words } from '../shared/words.ts'
import {
  TEXTS,
  failure,
  houseChanges,
  houseForm,
  known,
  readHouse,
  saveHouse,
  setHouse,
  weaknesses,
} from './house-form.ts'
import { HouseLogo } from './house-logo.tsx'
import { houseWords } from './house-words.ts'

const NAME_MAX = 60
const CONTACT_MAX = 300
const TEXT_MAX = 50_000

const busy = signal(false)
const saved = signal(false)

/** What the house shows of itself, for its admins. */
export function House() {
  useEffect(() => {
    saved.value = false
    void readHouse()
  }, [])
  if (houseForm.value === null) return failure.value === null ? <p class="muted">{words.value.loading}</p> : <NotRead />
  return (
    <form
      class="lot-fields house-form"
      data-testid="house-form"
      onInput={() => (saved.value = false)}
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      <Face />
      <Legal />
      <End />
    </form>
  )
}

function NotRead() {
  return (
    <div class="alert" role="alert">
      <p>{explain(failure.value)}</p>
      <button type="button" class="secondary" onClick={() => void readHouse()}>
        {words.value.tryAgain}
      </button>
    </div>
  )
}

function Face() {
  const texts = houseWords.value
  const { name, contact } = houseForm.value!
  return (
    <fieldset>
      <legend>{texts.face}</legend>
      <div class="field">
        <label htmlFor="house-name">{texts.name}</label>
        <input
          id="house-name"
          value={name}
          maxLength={NAME_MAX}
          autocomplete="organization"
          placeholder="Martillo"
          aria-describedby="house-name-hint"
          onInput={(event) => setHouse({ name: event.currentTarget.value })}
        />
        <p id="house-name-hint" class="hint">
          {texts.nameHint}
        </p>
      </div>
      <HouseLogo />
      <Accent />
      <div class="field">
        <label htmlFor="house-contact">{texts.contact}</label>
        <input
          id="house-contact"
          value={contact}
          maxLength={CONTACT_MAX}
          autocomplete="email"
          placeholder="hello@example.org"
          aria-describedby="house-contact-hint"
          onInput={(event) => setHouse({ contact: event.currentTarget.value })}
        />
        <p id="house-contact-hint" class="hint">
          {texts.contactHint}
        </p>
      </div>
    </fieldset>
  )
}

function Accent() {
  const { hasAccent } = houseForm.value!
  const { accent, accentOwn } = houseWords.value
  return (
    <fieldset aria-label={accent}>
      <p class="label" aria-hidden="true">
        {accent}
      </p>
      <label class="option">
        <input
          type="checkbox"
          checked={hasAccent}
          data-testid="has-accent"
          onChange={(event) => setHouse({ hasAccent: event.currentTarget.checked })}
        />
        <span>{accentOwn}</span>
      </label>
      {hasAccent && (
        <div class="pair">
          {SCHEMES.map((scheme) => (
            <Shade key={scheme} scheme={scheme} />
          ))}
        </div>
      )}
    </fieldset>
  )
}

/** A colour, where it cannot be read by how much, and the nearest that can. */
function Shade({ scheme }: { readonly scheme: Scheme }) {
  const { accent } = houseForm.value!
  const { schemes, weak, nearest, good } = houseWords.value
  const weakness = weaknesses.value.find((one) => one.scheme === scheme)
  const set = (colour: string) => setHouse({ accent: { ...houseForm.peek()!.accent, [scheme]: colour } })
  const figure = (ratio: number) =>
    new Intl.NumberFormat(locale.value, { maximumFractionDigits: 2, roundingMode: 'floor' } as object).format(ratio)
  return (
    <div class="shade" data-testid={`accent-${scheme}`}>
      <label htmlFor={`accent-${scheme}`}>{schemes[scheme]}</label>
      <input
        id={`accent-${scheme}`}
        type="color"
        value={accent[scheme]}
        aria-invalid={weakness !== undefined}
        aria-describedby={`accent-${scheme}-said`}
        onInput={(event) => set(event.currentTarget.value)}
      />
      <p id={`accent-${scheme}-said`} class={weakness === undefined ? 'hint' : 'wrong'}>
        {weakness === undefined ? good : weak[weakness.where](figure(weakness.ratio), figure(TEXT_CONTRAST))}
      </p>
      {weakness !== undefined && (
        <button type="button" class="secondary" onClick={() => set(readable(accent[scheme], scheme))}>
          {nearest}
        </button>
      )}
    </div>
  )
}

function Legal() {
  const texts = houseWords.value
  const terms = known.value?.terms ?? null
  return (
    <fieldset>
      <legend>{texts.legal}</legend>
      <p class="hint">{texts.legalHint}</p>
      {TEXTS.map((name) => (
        <div class="field" key={name}>
          <label htmlFor={`house-${name}`}>{texts[name]}</label>
          <textarea
            id={`house-${name}`}
            rows={8}
            value={houseForm.value![name]}
            maxLength={TEXT_MAX}
            aria-describedby={`house-${name}-hint`}
            onInput={(event) => setHouse({ [name]: event.currentTarget.value })}
          />
          <p id={`house-${name}-hint`} class="hint">
            {name === 'terms' && terms !== null ? texts.termsVersion(terms.version) : texts.hints[name]}{' '}
            {known.value![name] !== null && <a href={`/${name}`}>{texts.see}</a>}
          </p>
        </div>
      ))}
    </fieldset>
  )
}

function End() {
  const texts = houseWords.value
  const isWeak = weaknesses.value.length > 0
  const isHeld = busy.value || isWeak || houseChanges.value === null
  return (
    <div class="form-bar house-end">
      {failure.value !== null && (
        <p class="alert" role="alert" data-testid="failure">
          {explain(failure.value)}
        </p>
      )}
      <output class="hint" data-testid="house-state">
        {saved.value ? texts.saved : isWeak ? texts.cannotBeRead : houseChanges.value === null ? '' : texts.unsaved}
      </output>
      {saved.value && (
        <a href="/" class="secondary">
          {texts.look}
        </a>
      )}
      <button type="submit" class="primary" aria-disabled={isHeld} data-testid="save-house">
        {busy.value ? texts.working : texts.save}
      </button>
    </div>
  )
}

async function submit(): Promise<void> {
  if (busy.peek() || weaknesses.peek().length > 0 || houseChanges.peek() === null) return
  busy.value = true
  failure.value = null
  try {
    await saveHouse()
    saved.value = true
    mention('house', houseWords.peek().saved)
  } catch (error) {
    failure.value = error
  }
  busy.value = false
}
