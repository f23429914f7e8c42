import { useSignalEffect } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { signInAddress } from '../shared/frame.tsx'
import { house } from '../shared/house.ts'
import { Later } from '../shared/later.tsx'
import { user } from '../shared/session.ts'
import { words } from '../shared/words.ts'
import { AuctionList } from './auction-list.tsx'
import { EditLot, NewLot } from './lot-form.tsx'
import { LiveBoard } from './live-board.tsx'
import { People } from './people.tsx'
import { type PlaceName, addressOf, place } from './place.ts'
import { deskWords } from './words.ts'

/** For sellers their own auctions; for admins all of them, and the people of the house. */
export function Desk() {
  useSignalEffect(() => {
    const { title, places } = deskWords.value
    document.title = `${places[place.value.at]} – ${title} – ${house}`
  })
  if (user.value === undefined) return <p class="muted">{words.value.loading}</p>
  if (user.value === null) return <TurnedAway />
  if (user.value.role === 'bidder') return <TurnedAway />
  return (
    <>
      <header class="desk-top">
        <h1>{deskWords.value.title}</h1>
        <Tabs />
      </header>
      <Here />
    </>
  )
}

function TurnedAway() {
  const { title, signInFirst, sellersOnly } = deskWords.value
  return (
    <div class="turned-away">
      <h1>{title}</h1>
      <p>{user.value === null ? signInFirst : sellersOnly}</p>
      {user.value === null && (
        <a class="primary" href={signInAddress()}>
          {words.value.signIn}
        </a>
      )}
    </div>
  )
}

function Here() {
  const { at, id } = place.value
  switch (at) {
    case 'live':
      return <LiveBoard />
    case 'auctions':
      return <AuctionList />
    case 'new':
      return <NewLot like={id} />
    case 'edit':
      return <EditLot key={id} id={id!} />
    case 'inbox':
      return <Later load={loadInbox} />
    case 'won':
      return <Later load={loadWon} />
    case 'sent':
      return <Later load={loadSent} />
    case 'people':
      return user.value?.role === 'admin' ? <People /> : <AdminsOnly />
    case 'house':
      return user.value?.role === 'admin' ? <Later load={loadHouse} /> : <AdminsOnly />
  }
}

const loadInbox = () => import('./inbox.tsx').then(({ Inbox }) => Inbox)

const loadWon = () => import('./won.tsx').then(({ WonLots }) => WonLots)

const loadSent = () => import('./sent.tsx').then(({ Sent }) => Sent)

const loadHouse = () => import('./house.tsx').then(({ House }) => House)

function AdminsOnly() {
  return <p class="notice">{deskWords.value.adminsOnly}</p>
}

function Tabs() {
  const all: PlaceName[] = [
    'live',
    'auctions',
    'new',
    'inbox',
    'won',
    'sent',
    ...(user.value?.role === 'admin' ? (['people', 'house'] as const) : []),
  ]
  const here = place.value.at === 'edit' ? 'auctions' : place.value.at
  useEffect(() => document.querySelector('.tab[aria-current]')?.scrollIntoView({ block: 'nearest' }), [here])
  return (
    <nav class="tabs" aria-label={deskWords.value.title}>
      {all.map((one) => (
        <a
          key={one}
          class="tab"
          href={addressOf(one)}
          aria-current={here === one ? 'page' : undefined}
          data-testid={`tab-${one}`}
        >
          {deskWords.value.places[one]}
        </a>
      ))}
    </nav>
  )
}
