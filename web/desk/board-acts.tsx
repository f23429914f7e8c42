import { useRef, useState } from 'preact/hooks'
import type { ListedAuctionView } from '../../src/sdk/index.ts'
import { mention } from '../shared/announce.tsx'
import { explain } from '../shared/refusals.ts'
import { Ask } from './ask.tsx'
import type { Board } from './board.ts'
import { boardWords } from './board-words.ts'
import { Choice } from './choice.tsx'
import { carryOut, possible } from './hammer.ts'
import { lengthName } from './instants.ts'
import { useReturnedFocus } from './return-focus.ts'
import { deskWords } from './words.ts'

export const ALL_ACTS = ['pause', 'resume', 'extend'] as const
export type AllAct = (typeof ALL_ACTS)[number]

const LENGTHS_SECONDS = ['60', '300', '900', '3600'] as const
type Length = (typeof LENGTHS_SECONDS)[number]

/** Requests on their way at once: quick, and no flood. */
const AT_ONCE = 4

type Asked = { readonly act: AllAct; readonly ids: readonly string[] }
type Report = { readonly act: AllAct; readonly done: number; readonly refused: readonly Refused[] }
type Refused = { readonly auction: ListedAuctionView; readonly error: unknown }

/** What can be done with all that is shown, by one press that is confirmed; each auction by itself, and told what became of it. */
export function BoardActs({ board, ids }: { readonly board: Board; readonly ids: readonly string[] }) {
  const [asked, ask] = useState<Asked | null>(null)
  const [report, tell] = useState<Report | null>(null)
  const place = useRef<HTMLFieldSetElement>(null)
  useReturnedFocus(place, asked?.act ?? null)
  const { actions, forAll } = boardWords.value
  const open = (act: AllAct) => ids.filter((id) => possible(board.lot(id).value.auction).includes(act))
  const carry = async ({ act, ids: all }: Asked, reason: string, seconds: number) => {
    tell(null)
    const refused = await each(all, async (id) => {
      const { auction } = board.lot(id).peek()
      const { closesAt } = auction
      const to = act === 'extend' ? new Date(Date.parse(closesAt!) + seconds * 1_000).toISOString() : null
      board.renew((await carryOut(id, act, reason, to))!)
    })
    const done = all.length - refused.length
    tell({ act, done, refused: refused.map(({ id, error }) => ({ auction: board.lot(id).peek().auction, error })) })
    mention('all', boardWords.peek().done[act](done))
    ask(null)
  }
  return (
    <fieldset class="actions board-acts" ref={place} tabIndex={-1} aria-label={forAll}>
      {asked === null ? (
        ALL_ACTS.map((act) => {
          const able = open(act)
          return able.length === 0 ? null : (
            <button
              key={act}
              type="button"
              class="secondary"
              data-act={act}
              data-testid={`all-${act}`}
              onClick={() => ask({ act, ids: able })}
            >
              {actions[act]}
            </button>
          )
        })
      ) : (
        <Question asked={asked} of={ids.length} carry={carry} onNo={() => ask(null)} />
      )}
      {report !== null && asked === null && <Reported report={report} put={() => tell(null)} />}
    </fieldset>
  )
}

type QuestionProps = {
  readonly asked: Asked
  readonly of: number
  readonly carry: (asked: Asked, reason: string, seconds: number) => Promise<void>
  readonly onNo: () => void
}

function Question({ asked, of, carry, onNo }: QuestionProps) {
  const [by, choose] = useState<Length>('300')
  const { sure, yes } = boardWords.value
  const { act, ids } = asked
  return (
    <Ask
      question={sure[act](ids.length, of)}
      yes={yes[act](ids.length)}
      reasoned={act !== 'resume'}
      onYes={(reason) => carry(asked, reason, Number(by))}
      onNo={onNo}
    >
      {act === 'extend' && (
        <Choice
          label={deskWords.value.extendBy}
          options={LENGTHS_SECONDS.map((seconds) => [seconds, `+${lengthName.value(Number(seconds))}`] as const)}
          chosen={by}
          onChoose={choose}
        />
      )}
    </Ask>
  )
}

function Reported({ report, put }: { readonly report: Report; readonly put: () => void }) {
  const { act, done, refused } = report
  const texts = boardWords.value
  return (
    <div class={refused.length === 0 ? 'notice report' : 'alert report'} data-testid="report">
      <p>
        {texts.done[act](done)} {refused.length > 0 && texts.refused(refused.length)}
      </p>
      {refused.length > 0 && (
        <ul>
          {refused.map(({ auction, error }) => (
            <li key={auction.id} data-testid="refused">
              <a href={`/auctions/${auction.id}`}>{auction.title}</a>: {explain(error, auction.currency)}
            </li>
          ))}
        </ul>
      )}
      <button type="button" class="quiet" onClick={put}>
        {texts.putAway}
      </button>
    </div>
  )
}

/** Does it for each, a few at a time; gives those that were refused, in their order. */
async function each(
  ids: readonly string[],
  act: (id: string) => Promise<void>,
): Promise<readonly { readonly id: string; readonly error: unknown }[]> {
  const errors = new Map<string, unknown>()
  const waiting = [...ids]
  const work = async (): Promise<void> => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      try {
        await act(id)
      } catch (error) {
        errors.set(id, error)
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return ids.filter((id) => errors.has(id)).map((id) => ({ id, error: errors.get(id) }))
}
