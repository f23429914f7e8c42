import { effect } from '@preact/signals'
import { type ComponentChildren, type ComponentType, Fragment, render } from 'preact'
import { Announcements } from './announce.tsx'
import { house } from './house.ts'
import { Mark } from './icons.tsx'
import { Later } from './later.tsx'
import { language, learn, speakChosen } from './language.ts'
import './scheme.ts'
import { recognise, user } from './session.ts'
import { words } from './words.ts'
import '../style/tokens.css'
import '../style/base.css'
import '../style/notices.css'

type PageName = 'catalogue' | 'saleroom' | 'film' | 'bids' | 'account' | 'desk' | 'lend'

/** What every page has around it. */
function Frame({ here, children }: { here: PageName; children: ComponentChildren }) {
  return (
    <>
      <a class="skip" href="#main">
        {words.value.skip}
      </a>
      <Masthead here={here} />
      <main id="main" tabIndex={-1} class={here}>
        {children}
      </main>
      <Announcements />
    </>
  )
}

function Masthead({ here }: { here: PageName }) {
  const { catalogue, myBids, desk, pages } = words.value
  const mayHoldDesk = user.value?.role === 'seller' || user.value?.role === 'admin'
  return (
    <header class="masthead">
      <div>
        <a class="wordmark" href="/">
          <Mark />
          <span>{house}</span>
        </a>
        <nav aria-label={pages}>
          <Place to="/" name={catalogue} current={here === 'catalogue'} look="to-catalogue" />
          {user.value && <Place to="/bids" name={myBids} current={here === 'bids'} />}
          {mayHoldDesk && <Place to="/desk" name={desk} current={here === 'desk'} />}
          <WhoIsHere current={here === 'account'} />
        </nav>
        {user.value !== null && (
          <Later load={bell}>
            <span class="bell-to-come" />
          </Later>
        )}
        <Tongue />
      </div>
    </header>
  )
}

/** Where it cannot be loaded the page does without. */
const bell = (): Promise<ComponentType> =>
  import('../notices/bell.tsx').then(
    ({ Bell }) => Bell,
    () => Fragment,
  )

/** The reader's language by its own name, and over it the list of all of them, which the service wrote into the page. */
function Tongue() {
  return (
    <label class="tongue">
      <span aria-hidden="true" data-short={language.value}>
        {words.value.ownName}
      </span>
      <select aria-label={words.value.language} data-testid="language" ref={fill} onChange={speakChosen} />
    </label>
  )
}

function fill(list: HTMLSelectElement | null): void {
  if (list === null) return
  list.append(document.querySelector<HTMLTemplateElement>('#languages')!.content)
  list.value = language.peek()
}

type PlaceProps = { readonly to: string; readonly name: string; readonly current: boolean; readonly look?: string }

function Place({ to, name, current, look = '' }: PlaceProps) {
  return (
    <a href={to} class={look} aria-current={current ? 'page' : undefined}>
      {name}
    </a>
  )
}

function WhoIsHere({ current }: { current: boolean }) {
  if (user.value === undefined) return <span class="who-link" />
  if (user.value === null)
    return <Place to={signInAddress()} name={words.value.signIn} current={current} look="who-link" />
  return <Place to="/account" name={user.value.displayName} current={current} look="who-link" />
}

/** Back to this very page afterwards. */
export function signInAddress(): string {
  const { pathname } = location
  return pathname === '/account' || pathname === '/' ? '/account' : `/account?next=${encodeURIComponent(pathname)}`
}

/** How long after the page was asked for the faces may still be waited for, so that nothing is drawn twice. */
const FACES_MS = 600

async function faces(): Promise<void> {
  const wanted = ['700 1em "Alegreya Variable"', '430 1em "Familjen Grotesk Variable"']
  const late = new Promise((resolve) => setTimeout(resolve, FACES_MS - performance.now()))
  await Promise.race([Promise.all(wanted.map((face) => document.fonts.load(face))), late]).catch(() => undefined)
}

export async function show(here: PageName, content: ComponentChildren): Promise<void> {
  void recognise()
  effect(() => {
    document.documentElement.lang = language.value
    // What the service wrote below is there in every language.
    for (const name of document.querySelectorAll<HTMLElement>('.foot [lang]'))
      name.hidden = name.lang !== language.value
  })
  await Promise.all([learn(), faces()])
  render(<Frame here={here}>{content}</Frame>, document.getElementById('page')!)
}
