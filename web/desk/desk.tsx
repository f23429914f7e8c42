import { useSignalEffect } from '@preact/signals'
import { signInAddress } from '../shared/frame.tsx'
import { user } from '../shared/session.ts'
import { words } from '../shared/words.ts'
import { AuctionList } from './auction-list.tsx'
import { CreateForm } from './create-form.tsx'
import { People } from './people.tsx'
import { type Tab, tab } from './tab.ts'
import { deskWords } from './words.ts'

export function Desk() {
  const texts = deskWords.value
  useSignalEffect(() => {
    document.title = `${deskWords.value.title} – Martillo`
  })
  if (user.value === undefined) return <p class="muted">{words.value.loading}</p>
  if (user.value === null)
    return (
      <div class="turned-away">
        <h1>{texts.title}</h1>
        <p>{texts.signInFirst}</p>
        <a class="primary" href={signInAddress()}>
          {words.value.signIn}
        </a>
      </div>
    )
  if (user.value.role === 'bidder')
    return (
      <div class="turned-away">
        <h1>{texts.title}</h1>
        <p>{texts.sellersOnly}</p>
      </div>
    )
  return (
    <>
      <h1>{texts.title}</h1>
      <Tabs />
      {tab.value === 'auctions' && <AuctionList />}
      {tab.value === 'create' && <CreateForm />}
      {tab.value === 'users' && <People />}
    </>
  )
}

function Tabs() {
  const all: Tab[] = user.value?.role === 'admin' ? ['auctions', 'create', 'users'] : ['auctions', 'create']
  return (
    <fieldset class="tabs" aria-label={deskWords.value.title}>
      {all.map((one) => (
        <button
          key={one}
          type="button"
          class="tab"
          aria-pressed={tab.value === one}
          onClick={() => (tab.value = one)}
          data-testid={`tab-${one}`}
        >
          {deskWords.value.tabs[one]}
        </button>
      ))}
    </fieldset>
  )
}
