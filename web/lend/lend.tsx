import { useEffect, useState } from 'preact/hooks'
import type { AuctionView } from '../../src/sdk/index.ts'
import { SignIn } from '../account/sign-in.tsx'
import { formatFigure } from '../shared/figures.ts'
import { parseMoney } from '../shared/parse-money.ts'
import { client } from '../shared/full-client.ts'
import { locale } from '../shared/language.ts'
import { money } from '../shared/money.ts'
import { Picture } from '../shared/picture.tsx'
import { explain } from '../shared/refusals.ts'
import { user } from '../shared/session.ts'
import { words } from '../shared/words.ts'
import { lendWords } from './words.ts'

const asked = new URLSearchParams(location.search)
/** The origin that asks, as the service has found it to be allowed. */
const asking = asked.get('origin') ?? ''
const auctionId = asked.get('auction') ?? ''

/** In a pop-up of a page elsewhere: signs in here, and lends that page the right to bid, if its reader wants it. */
export function Lend() {
  const [auction, setAuction] = useState<AuctionView | null>(null)
  const [failure, setFailure] = useState<unknown>(null)
  const name = user.value?.displayName
  useEffect(() => {
    if (name !== undefined) client.auction(auctionId).then(setAuction, setFailure)
  }, [name])
  if (user.value === null) return <SignIn />
  if (name !== undefined && auction !== null) return <Terms name={name} auction={auction} />
  if (failure === null) return <p class="empty">{words.value.loading}</p>
  return (
    <p class="alert" role="alert">
      {explain(failure)}
    </p>
  )
}

/** Who asks, for what, and the most that may be bid: nothing is filled in, so that it is the reader's own figure. */
function Terms({ name, auction }: { readonly name: string; readonly auction: AuctionView }) {
  const [typed, setTyped] = useState('')
  const [failure, setFailure] = useState<unknown>(null)
  const texts = lendWords.value
  const most = parseMoney(typed, auction.currency, locale.value)
  const lend = async (amount: number) => {
    try {
      const lent = await client.tokenFor({ origin: asking, auction: auction.id, most: amount })
      const { accessToken, expiresInSeconds } = lent
      const opener = window.opener as Window | null
      opener?.postMessage({ type: 'martillo.token', auction: auction.id, accessToken, expiresInSeconds }, asking)
      window.close()
    } catch (error) {
      setFailure(error)
    }
  }
  return (
    <form
      class="lend-page"
      onSubmit={(event) => {
        event.preventDefault()
        if (most !== null) void lend(most)
      }}
    >
      <h1>{texts.title}</h1>
      <p>{texts.asks(name)}</p>
      <Asked auction={auction} />
      <Most auction={auction} typed={typed} most={most} onTyped={setTyped} />
      {failure !== null && (
        <p class="alert" role="alert">
          {explain(failure, auction.currency)}
        </p>
      )}
      <button
        type="submit"
        class="primary"
        data-testid="lend"
        disabled={most === null || most < (auction.minimumBid ?? 0)}
      >
        {most === null ? texts.allowNone : texts.allow(money.value(most, auction.currency))}
      </button>
      <button type="button" class="secondary" onClick={() => window.close()}>
        {texts.refuse}
      </button>
      <p class="muted small">{texts.means}</p>
    </form>
  )
}

function Asked({ auction }: { readonly auction: AuctionView }) {
  const { page, auction: label, next } = lendWords.value
  const { title, images, minimumBid, currency } = auction
  return (
    <dl class="asked">
      <div>
        <dt class="muted small">{page}</dt>
        <dd class="asking">{asking}</dd>
      </div>
      <div>
        <dt class="muted small">{label}</dt>
        <dd class="lot">
          <Picture address={images[0]} title={title} alt="" small eager />
          <span>
            <strong class="lot-title">{title}</strong>
            {minimumBid !== null && <span class="muted small">{next(money.value(minimumBid, currency))}</span>}
          </span>
        </dd>
      </div>
    </dl>
  )
}

type MostProps = {
  readonly auction: AuctionView
  readonly typed: string
  readonly most: number | null
  readonly onTyped: (typed: string) => void
}

function Most({ auction: { currency, minimumBid }, typed, most, onTyped }: MostProps) {
  const { most: label, binding, notAnAmount, below } = lendWords.value
  const isWrong = typed !== '' && most === null
  const isLow = most !== null && minimumBid !== null && most < minimumBid
  const wrong = isWrong
    ? notAnAmount(formatFigure(minimumBid ?? 1, currency, locale.value))
    : isLow
      ? below(money.value(minimumBid, currency))
      : ''
  return (
    <div>
      <label htmlFor="most">{label(currency)}</label>
      <input
        id="most"
        class="figure"
        type="text"
        inputMode="decimal"
        autocomplete="off"
        enterkeyhint="done"
        value={typed}
        aria-describedby="most-hint"
        aria-invalid={wrong !== ''}
        onInput={(event) => onTyped(event.currentTarget.value)}
      />
      <p id="most-hint" class={wrong === '' ? 'muted small' : 'wrong'}>
        {wrong === '' ? binding : wrong}
      </p>
    </div>
  )
}
