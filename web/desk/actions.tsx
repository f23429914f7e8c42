import { useState } from 'preact/hooks'
import type { AuctionView } from '../../src/sdk/index.ts'
import { user } from '../shared/session.ts'
import { client } from './client.ts'
import { Confirm } from './confirm.tsx'
import { renew, watch, watched } from './auctions.ts'
import { deskWords } from './words.ts'

type Action = 'open' | 'close' | 'cancel' | 'pause' | 'resume'

/** What may be done with an auction now; with the first bid it passes into the hands of the admins. */
function possible({ status, bidderCount }: AuctionView): Action[] {
  if (user.value?.role !== 'admin' && bidderCount > 0) return []
  switch (status) {
    case 'draft':
    case 'scheduled':
      return ['open', 'cancel']
    case 'open':
      return ['pause', 'close', 'cancel']
    case 'paused':
      return ['resume', 'close', 'cancel']
    case 'closed':
    case 'cancelled':
      return []
  }
}

const reasoned: readonly Action[] = ['cancel', 'pause']

function act(id: string, action: Action, reason: string): Promise<AuctionView> {
  if (action === 'cancel' || action === 'pause') return client[action](id, reason)
  return client[action](id)
}

export function Actions({ auction }: { auction: AuctionView }) {
  const [asked, ask] = useState<Action | null>(null)
  const { actions, sure } = deskWords.value
  const isWatched = watched.value?.auction.id === auction.id
  return (
    <div class="actions">
      {asked === null ? (
        <>
          {possible(auction).map((action) => (
            <button
              key={action}
              type="button"
              class={action === 'cancel' ? 'danger' : 'secondary'}
              onClick={() => ask(action)}
            >
              {actions[action]}
            </button>
          ))}
          {auction.status !== 'draft' && (
            <button
              type="button"
              class="secondary"
              aria-expanded={isWatched}
              onClick={() => watch(isWatched ? null : auction.id)}
            >
              {actions.bids}
            </button>
          )}
        </>
      ) : (
        <Confirm
          question={sure[asked]}
          reasoned={reasoned.includes(asked)}
          onYes={async (reason) => {
            renew(await act(auction.id, asked, reason))
            ask(null)
          }}
          onNo={() => ask(null)}
        />
      )}
    </div>
  )
}
