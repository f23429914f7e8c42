import { useEffect, useId } from 'preact/hooks'
import type { DeliveryView, WebhookView } from '../../src/sdk/index.ts'
import { explain } from '../shared/refusals.ts'
import { user } from '../shared/session.ts'
import { shortTime } from '../shared/time.ts'
import {
  type State,
  add,
  again,
  choose,
  counts,
  deliveries,
  failure,
  keepLooking,
  look,
  looked,
  remove,
  secret,
  state,
  webhooks,
} from './sent-store.ts'
import { sentWords } from './sent-words.ts'

const EVENTS = ['auction.opened', 'bid.placed', 'closing.extended', 'bid.voided', 'auction.closed', 'auction.cancelled']
const STATES: readonly State[] = ['', 'waiting', 'dead', 'sent', 'dropped']

/** What goes out of the house, and whereto. */
export function Sent() {
  useEffect(keepLooking, [])
  const isAdmin = user.value?.role === 'admin'
  return (
    <section class="sent" data-testid="sent">
      {failure.value !== null && (
        <p class="alert" role="alert">
          {explain(failure.value)}
        </p>
      )}
      {(isAdmin || looked.value !== null) && <Deliveries />}
      <Webhooks />
    </section>
  )
}

function Deliveries() {
  const texts = sentWords.value
  const of = looked.value
  const total = (one: State) =>
    counts.value.filter((count) => one === '' || count.state === one).reduce((sum, { count }) => sum + count, 0)
  return (
    <section aria-label={texts.deliveries}>
      <h2>{of === null ? texts.deliveries : texts.look}</h2>
      <p class="muted small">{of === null ? texts.deliveriesHint : of.url}</p>
      {of === null ? (
        <select
          aria-label={texts.deliveries}
          value={state.value}
          onChange={(event) => choose(event.currentTarget.value as State)}
        >
          {STATES.map((one) => (
            <option key={one} value={one}>
              {one === '' ? texts.all : texts.states[one]} ({total(one)})
            </option>
          ))}
        </select>
      ) : (
        user.value?.role === 'admin' && (
          <button type="button" class="quiet" onClick={() => look(null)}>
            {texts.all}
          </button>
        )
      )}
      {deliveries.value?.length === 0 && <p class="muted">{texts.none}</p>}
      <ul class="sent-lines">
        {deliveries.value?.map((one) => (
          <Line key={one.number} one={one} />
        ))}
      </ul>
    </section>
  )
}

function Line({ one }: { readonly one: DeliveryView }) {
  const texts = sentWords.value
  const { way, kind, at, nextAt, tries, error, auction } = one
  return (
    <li data-state={one.state}>
      <div>
        <strong>
          {texts.ways[way]}: {kind}
        </strong>
        <p class="muted small">
          {texts.states[one.state]} · {shortTime(at)} · {texts.tries(tries)}
          {nextAt !== null && tries > 0 && ` · ${texts.next(shortTime(nextAt))}`}
          {auction !== null && (
            <>
              {' · '}
              <a href={`/auctions/${auction}`}>{auction.slice(-6)}</a>
            </>
          )}
        </p>
        {error !== null && <p class="small sent-error">{error}</p>}
      </div>
      {(one.state === 'dead' || (one.state === 'sent' && way === 'webhook')) && (
        <button type="button" class="secondary" onClick={() => void again(one)}>
          {texts.again}
        </button>
      )}
    </li>
  )
}

function Webhooks() {
  const texts = sentWords.value
  return (
    <section aria-label={texts.webhooks}>
      <h2>{texts.webhooks}</h2>
      <p class="muted small">{texts.webhooksHint}</p>
      {webhooks.value?.length === 0 && <p class="muted">{texts.noWebhooks}</p>}
      <ul class="sent-lines">
        {webhooks.value?.map((webhook) => (
          <Hook key={webhook.id} webhook={webhook} />
        ))}
      </ul>
      {secret.value !== null && (
        <div class="notice" data-testid="webhook-secret">
          <p>{texts.secretOnce}</p>
          <code>{secret.value}</code>
        </div>
      )}
      <NewHook />
    </section>
  )
}

function Hook({ webhook }: { readonly webhook: WebhookView }) {
  const texts = sentWords.value
  return (
    <li>
      <div>
        <strong>{webhook.url}</strong>
        <p class="muted small">{webhook.events.join(', ')}</p>
      </div>
      <div class="sent-acts">
        <button type="button" class="secondary" onClick={() => look(webhook)}>
          {texts.look}
        </button>
        <button type="button" class="secondary" onClick={() => void remove(webhook)}>
          {texts.remove}
        </button>
      </div>
    </li>
  )
}

function NewHook() {
  const texts = sentWords.value
  const id = useId()
  return (
    <form
      class="sent-new"
      onSubmit={(event) => {
        event.preventDefault()
        const form = event.currentTarget
        const given = new FormData(form)
        void add(given.get('url') as string, given.getAll('event') as string[]).then(() => form.reset())
      }}
    >
      <div>
        <label htmlFor={id}>{texts.address}</label>
        <input id={id} name="url" type="url" required placeholder="https://" />
      </div>
      <fieldset>
        <legend class="label">{texts.events}</legend>
        {EVENTS.map((one) => (
          <label key={one} class="sent-event">
            <input type="checkbox" name="event" value={one} defaultChecked={one === 'auction.closed'} />
            {one}
          </label>
        ))}
      </fieldset>
      <button type="submit" class="secondary">
        {texts.add}
      </button>
    </form>
  )
}
