import type { ComponentChildren } from 'preact'
import { useRef, useState } from 'preact/hooks'
import type { ListedAuctionView } from '../../src/sdk/index.ts'
import { mention } from '../shared/announce.tsx'
import { shortTime } from '../shared/time.ts'
import { Ask } from './ask.tsx'
import { drop } from './auctions.ts'
import { type Act, REASONED, carryOut, possible } from './hammer.ts'
import { ExtendAsk, ResumeAsk } from './more-time.tsx'
import { useReturnedFocus } from './return-focus.ts'
import { deskWords } from './words.ts'

type ActionsProps = {
  readonly auction: ListedAuctionView
  readonly acts?: readonly Act[]
  readonly onDone: (view: ListedAuctionView) => void
  /** Ways to elsewhere, beside what can be done here. */
  readonly children?: ComponentChildren
}

/** What can be done with an auction now; each is asked about in the place of the buttons. */
export function Actions({ auction, acts = possible(auction), onDone, children }: ActionsProps) {
  const [asked, ask] = useState<Act | null>(null)
  const place = useRef<HTMLFieldSetElement>(null)
  useReturnedFocus(place, asked)
  const { actions, actionsFor, done } = deskWords.value
  const carry = async (act: Act, reason: string, closesAt: string | null) => {
    const view = await carryOut(auction.id, act, reason, closesAt)
    if (view === null) drop(auction.id)
    else onDone(view)
    mention(`done ${auction.id}`, done[act](auction.title))
    ask(null)
  }
  return (
    <fieldset class="actions" ref={place} tabIndex={-1} aria-label={actionsFor(auction.title)}>
      {asked === null ? (
        <>
          {children}
          {acts.map((act) => (
            <button
              key={act}
              type="button"
              class={act === 'cancel' || act === 'delete' ? 'danger' : 'secondary'}
              data-act={act}
              data-testid={`act-${act}`}
              onClick={() => ask(act)}
            >
              {actions[act]}
            </button>
          ))}
        </>
      ) : (
        <Question act={asked} auction={auction} carry={carry} onNo={() => ask(null)} />
      )}
    </fieldset>
  )
}

type QuestionProps = {
  readonly act: Act
  readonly auction: ListedAuctionView
  readonly carry: (act: Act, reason: string, closesAt: string | null) => Promise<void>
  readonly onNo: () => void
}

function Question({ act, auction, carry, onNo }: QuestionProps) {
  const { sure, yes } = deskWords.value
  const onYes = (reason: string, closesAt: string | null = null) => carry(act, reason, closesAt)
  if (act === 'extend') return <ExtendAsk auction={auction} onYes={onYes} onNo={onNo} />
  if (act === 'resume') return <ResumeAsk auction={auction} onYes={onYes} onNo={onNo} />
  const question = act === 'publish' ? sure.publish(shortTime(auction.opensAt!)) : sure[act]
  return (
    <Ask
      question={question}
      yes={yes[act]}
      reasoned={REASONED.includes(act)}
      grave={act === 'cancel' || act === 'delete' || act === 'close'}
      currency={auction.currency}
      onYes={onYes}
      onNo={onNo}
    />
  )
}
