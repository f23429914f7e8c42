import { useSignalEffect } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { signInAddress } from '../shared/frame.tsx'
import { house } from '../shared/house.ts'
import { money } from '../shared/money.ts'
import { Share } from '../shared/share.tsx'
import { timeOfDay } from '../shared/time.ts'
import { words } from '../shared/words.ts'
import { Controls, current, priceHere } from './controls.tsx'
import { isOver } from './player.ts'
import { FilmProof } from './proof.tsx'
import { type Step, auctionId, lacking, read, showing } from './showing.ts'
import { extensionOf, gapOf, inSeconds, sentenceOf } from './telling.ts'
import { Way } from './way.tsx'
import { filmWords } from './words.ts'

/** The last minute of an auction that is over, in motion and as a list. */
export function Film() {
  useEffect(() => {
    if (showing.peek() === null) void read()
  }, [])
  useSignalEffect(() => {
    const title = showing.value?.auction.title
    document.title = `${title === undefined ? '' : `${title} – `}${filmWords.value.film} – ${house}`
  })
  if (showing.value === null) return <Lacking />
  const { auction, film } = showing.value
  const texts = filmWords.value
  return (
    <>
      <header class="film-head">
        <p class="label">{texts.film}</p>
        <h1>
          <a href={`/auctions/${auctionId}`}>{auction.title}</a>
        </h1>
      </header>
      <section class="film-screen" aria-label={texts.lastMinute}>
        <Caption />
        <Way />
        {film.leftOutMs > 0 && <p class="film-left-out small muted">{texts.leftOut(inSeconds(film.leftOutMs))}</p>}
        {film.steps.length > 0 && <Controls />}
      </section>
      <div class="film-end">
        <FilmProof />
        <Share title={`${auction.title} – ${texts.film}`} path={`/auctions/${auctionId}/film`} />
      </div>
      <section class="film-list">
        <h2>{texts.list}</h2>
        {film.steps.length === 0 ? <p class="muted">{texts.none}</p> : <Steps />}
      </section>
      <p>
        <a href={`/auctions/${auctionId}`}>{texts.toAuction}</a>
      </p>
    </>
  )
}

function Lacking() {
  const { notOver, notOverHint, membersOnly, toAuction } = filmWords.value
  switch (lacking.value) {
    case null:
      return <p class="empty">{words.value.loading}</p>
    case 'film':
      return (
        <div class="turned-away">
          <h1>{notOver}</h1>
          <p>{notOverHint}</p>
          <a class="primary" href={`/auctions/${auctionId}`}>
            {toAuction}
          </a>
        </div>
      )
    case 'name':
      return (
        <div class="turned-away">
          <h1>{membersOnly}</h1>
          <a class="primary" href={signInAddress()}>
            {words.value.signIn}
          </a>
        </div>
      )
    case 'answer':
      return (
        <div class="turned-away">
          <h1>{words.value.notLoaded}</h1>
          <button type="button" class="secondary" onClick={() => void read()}>
            {words.value.tryAgain}
          </button>
        </div>
      )
  }
}

/** What stands at this moment, and why. Always as high, so that nothing below it jumps. */
function Caption() {
  const { auction, film } = showing.value!
  const { sold, unsold, leads, noPrice, begins, none } = filmWords.value
  const step = current.value
  const { winner } = film.outcome
  const leader = step?.leader ?? null
  const standing = isOver.value ? (winner === null ? unsold : sold(winner)) : leader === null ? '' : leads(leader)
  return (
    <div class="film-caption" data-testid="film-caption">
      <p class="film-price figure" data-testid="film-price">
        {priceHere.value === null ? noPrice : money.value(priceHere.value, auction.currency)}
      </p>
      <p class="film-standing">{standing}</p>
      <p class="film-said">{step === null ? film.steps.length === 0 ? none : begins : <Said step={step} />}</p>
    </div>
  )
}

function Said({ step }: { readonly step: Step }) {
  const [gap, moved] = [gapOf(step), extensionOf(step)]
  return (
    <>
      {gap !== '' && <span class="film-gap">{gap} </span>}
      {sentenceOf(step)}
      {moved !== '' && <span class="film-moved-to"> {moved}.</span>}
    </>
  )
}

function Steps() {
  const { film, auction } = showing.value!
  const { voided, seconds } = filmWords.value
  return (
    <ol data-testid="film-steps">
      {film.steps.map((step) => (
        <li key={step.seq} class={step === current.value ? 'current' : ''}>
          <time class="figure muted" dateTime={step.at} title={timeOfDay(step.at)}>
            {seconds(inSeconds(step.ms))}
          </time>
          <p class="figure">
            <strong>{step.price === null ? '–' : money.value(step.price, auction.currency)}</strong>
            {step.kind === 'bid' && <span class="tag">{step.paddle}</span>}
            {step.kind === 'bid' && step.voided && <span class="tag">{voided}</span>}
          </p>
          <p class="film-why">
            <Said step={step} />
          </p>
        </li>
      ))}
    </ol>
  )
}
