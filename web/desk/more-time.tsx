import { useId, useState } from 'preact/hooks'
import type { ListedAuctionView } from '../../src/sdk/index.ts'
import { clock, shortTime, timeOfDay } from '../shared/time.ts'
import { Ask } from './ask.tsx'
import { Choice } from './choice.tsx'
import { instantOf, lengthName, timeZone, toField } from './instants.ts'
import { deskWords } from './words.ts'

type MoreTimeProps = {
  readonly auction: ListedAuctionView
  readonly onYes: (reason: string, closesAt: string | null) => Promise<void>
  readonly onNo: () => void
}

const LENGTHS_SECONDS = [60, 300, 3_600]

/** More time, counted from the present end, even where a late bid moves it meanwhile. */
export function ExtendAsk({ auction, onYes, onNo }: MoreTimeProps) {
  const [by, choose] = useState('60')
  const [typed, type] = useState(toField(auction.closesAt!))
  const { sure, yes, extendBy, untilDate, notLater } = deskWords.value
  const from = Date.parse(auction.closesAt!)
  const to = by === 'at' ? instantOf(typed, auction.closesAt) : new Date(from + Number(by) * 1_000).toISOString()
  const wrong = to === null || Date.parse(to) <= from ? notLater : null
  const options = [
    ...LENGTHS_SECONDS.map((seconds) => [String(seconds), `+${lengthName.value(seconds)}`] as const),
    ['at', untilDate] as const,
  ]
  return (
    <Ask
      question={sure.extend}
      yes={to === null ? yes.extend : yes.extendTo(spoken(to))}
      reasoned
      wrong={wrong}
      currency={auction.currency}
      onYes={(reason) => onYes(reason, to)}
      onNo={onNo}
    >
      <Choice label={extendBy} options={options} chosen={by} onChoose={choose} />
      {by === 'at' && <EndField typed={typed} type={type} />}
    </Ask>
  )
}

/** Goes on with the time that was left, or until another end. */
export function ResumeAsk({ auction, onYes, onNo }: MoreTimeProps) {
  const [until, choose] = useState('kept')
  const [typed, type] = useState('')
  const { sure, yes, resumeWith, timeKept, newEnd, past } = deskWords.value
  const to = until === 'at' ? instantOf(typed, auction.closesAt) : null
  const isPast = to !== null && Date.parse(to) <= clock.now()
  const options = [
    ['kept', timeKept],
    ['at', newEnd],
  ] as const
  return (
    <Ask
      question={sure.resume}
      yes={to === null ? yes.resume : yes.resumeUntil(spoken(to))}
      wrong={isPast ? past : null}
      currency={auction.currency}
      onYes={(reason) => onYes(reason, to)}
      onNo={onNo}
    >
      <Choice label={resumeWith} options={options} chosen={until} onChoose={choose} />
      {until === 'at' && <EndField typed={typed} type={type} />}
    </Ask>
  )
}

/** To the second where it is today. */
function spoken(wire: string): string {
  const isToday = new Date(wire).toDateString() === new Date(clock.now()).toDateString()
  return isToday ? timeOfDay(wire) : shortTime(wire)
}

function EndField({ typed, type }: { readonly typed: string; readonly type: (text: string) => void }) {
  const id = useId()
  return (
    <div>
      <label htmlFor={id}>{deskWords.value.newEnd}</label>
      <input
        id={id}
        type="datetime-local"
        required
        value={typed}
        aria-describedby={`${id}-hint`}
        onInput={(event) => type(event.currentTarget.value)}
      />
      <p id={`${id}-hint`} class="hint">
        {deskWords.value.zone(timeZone)}
      </p>
    </div>
  )
}
