import { signal } from '@preact/signals'
import type { AuctionView } from '../../src/sdk/index.ts'
import { formats } from '../formats/formats.ts'
import { money } from '../shared/money.ts'
import { Picture } from '../shared/picture.tsx'
import { rulesOf } from '../shared/rules.ts'
import { user } from '../shared/session.ts'
import { stageOf } from '../shared/stage.ts'
import { formatLength, formatRemaining, fullTime, now } from '../shared/time.ts'
import { words } from '../shared/words.ts'
import { Choice } from './choice.tsx'
import { incrementsOf, opensAtOf, softCloseOf } from './form-body.ts'
import { isOpeningFree } from './form-check.ts'
import { amountOf, form, original } from './form.ts'
import { instantOf } from './instants.ts'
import { deskWords } from './words.ts'

const view = signal<'card' | 'room'>('card')

/** The auction as others will see it, while it is being written, and its rules in sentences. */
export function Preview() {
  const { preview, views, inWords } = deskWords.value
  return (
    <section class="preview" aria-label={preview} data-testid="preview">
      <div class="preview-head">
        <h2>{preview}</h2>
        <Choice
          label={preview}
          options={[
            ['card', views.card],
            ['room', views.room],
          ]}
          chosen={view.value}
          onChoose={(one) => (view.value = one)}
        />
      </div>
      {view.value === 'card' ? <Card /> : <Room />}
      <h3>{inWords}</h3>
      <ul class="preview-rules">
        {sentences().map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </section>
  )
}

/** The auction as the fields make it, as far as they do. */
function staged(): Pick<AuctionView, 'status' | 'opensAt' | 'closesAt' | 'outcome'> {
  const { opening } = form.value
  const opensAt = isOpeningFree() ? opensAtOf() : (original.value?.opensAt ?? null)
  const begins = opensAt === null ? now.value : Date.parse(opensAt)
  const status = isOpeningFree() ? (opening === 'now' ? 'open' : 'scheduled') : original.value!.status
  return { status, opensAt, closesAt: endFrom(begins), outcome: null }
}

function endFrom(begins: number): string | null {
  const { ending, closesAt } = form.value
  if (ending === 'at') return instantOf(closesAt)
  return ending === 'kept' ? null : new Date(begins + Number(ending) * 1_000).toISOString()
}

function shownPrice(): string {
  const start = original.value?.price ?? amountOf('startPrice')
  return start === null ? deskWords.value.noPrice : money.value(start, form.value.currency)
}

function Card() {
  const { noTitle, startsAt } = deskWords.value
  const title = form.value.title.trim() || noTitle
  const { look, word, until } = stageOf(staged())
  return (
    <div class={`lot-card ${look}`} data-testid="preview-card">
      <div class="lot-picture">
        <Picture key={form.value.images[0]} address={form.value.images[0]} title={title} alt="" small eager />
      </div>
      <div class="lot-text">
        <p class="lot-title">{title}</p>
        <div class="lot-line">
          <p>
            <span class="label">{startsAt}</span>
            <strong class="lot-price">{shownPrice()}</strong>
          </p>
          <p class="lot-count figure">{words.value.noBidsYet}</p>
        </div>
        <div class="lot-line lot-when">
          <p class="stage-word">{word}</p>
          <p class="when figure">{until === null ? '' : remaining(until)}</p>
        </div>
      </div>
    </div>
  )
}

function Room() {
  const { noTitle, startsAt, bySeller, timeLeft } = deskWords.value
  const { images, title } = form.value
  const { look, word, until } = stageOf(staged())
  const seller = original.value?.seller.displayName ?? user.value?.displayName ?? ''
  return (
    <div class="preview-room" data-testid="preview-room">
      <p class="lot-title">{title.trim() || noTitle}</p>
      <p class="muted">{bySeller(seller)}</p>
      <div class="frame">
        <Picture key={images[0]} address={images[0]} title={title.trim() || noTitle} alt="" eager />
      </div>
      <div class={`countdown ${look}`}>
        <p class="stage-word">{word}</p>
        {until !== null && (
          <p class="clock">
            <span class="label">{timeLeft}</span>
            <span class="figure">{remaining(until)}</span>
          </p>
        )}
      </div>
      <div>
        <p class="label">{startsAt}</p>
        <p class="price">{shownPrice()}</p>
        <p class="facts">
          {words.value.noBidsYet} · {words.value.reserve[amountOf('reservePrice') === null ? 'none' : 'unmet']}
        </p>
      </div>
    </div>
  )
}

function remaining(until: string): string {
  return formatRemaining(Date.parse(until) - now.value, words.value.day)
}

function sentences(): string[] {
  const { says } = deskWords.value
  const { currency, format, belowReserve, revealReserve } = form.value
  const { hasBuyNow } = formats[format]
  const start = amountOf('startPrice')
  const reservePrice = amountOf('reservePrice')
  const terms = {
    startPrice: start ?? 0,
    increments: incrementsOf(),
    buyNowPrice: hasBuyNow ? amountOf('buyNowPrice') : null,
    softClose: softCloseOf(),
    belowReserve,
    revealReserve,
    reservePrice,
  }
  const [first, ...others] = rulesOf(terms, { currency, format, price: null, hasReserve: reservePrice !== null })
  return [...timeSentences(), start === null ? says.noPrice : first!, ...others]
}

function timeSentences(): string[] {
  const { says } = deskWords.value
  const { opening, ending, closesAt } = form.value
  const opens = opensAtOf()
  const closes = instantOf(closesAt)
  const begin = original.value === null ? says.opensNow : says.opensByHand
  const openingSentence =
    !isOpeningFree() || (opening === 'at' && opens === null)
      ? []
      : [opens === null ? begin : says.opens(fullTime(opens))]
  if (ending === 'kept') return [...openingSentence, says.keepsEnd]
  if (ending !== 'at') return [...openingSentence, says.lasts(formatLength(Number(ending)))]
  return [...openingSentence, closes === null ? says.noEnd : says.closes(fullTime(closes))]
}
