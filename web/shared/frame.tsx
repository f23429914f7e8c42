import { type ComponentChildren, render } from 'preact'
import { Announcements } from './announce.tsx'
import { language, speak } from './language.ts'
import { recognise, user } from './session.ts'
import { words } from './words.ts'
import '../style/tokens.css'
import '../style/base.css'

export type PageName = 'catalogue' | 'saleroom' | 'account' | 'desk'

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
  const { catalogue, desk, otherLanguage, pages } = words.value
  const mayHoldDesk = user.value?.role === 'seller' || user.value?.role === 'admin'
  return (
    <header class="masthead">
      <a class="wordmark" href="/">
        Martillo
      </a>
      <nav aria-label={pages}>
        <Place to="/" name={catalogue} current={here === 'catalogue'} />
        {mayHoldDesk && <Place to="/desk" name={desk} current={here === 'desk'} />}
        <WhoIsHere current={here === 'account'} />
      </nav>
      <button
        type="button"
        class="quiet tongue"
        lang={language.value === 'en' ? 'es' : 'en'}
        data-testid="language"
        onClick={() => speak(language.value === 'en' ? 'es' : 'en')}
      >
        {otherLanguage}
      </button>
    </header>
  )
}

function Place({ to, name, current }: { to: string; name: string; current: boolean }) {
  return (
    <a href={to} aria-current={current ? 'page' : undefined}>
      {name}
    </a>
  )
}

function WhoIsHere({ current }: { current: boolean }) {
  if (user.value === undefined) return <span class="place-held" />
  if (user.value === null) return <Place to={signInAddress()} name={words.value.signIn} current={current} />
  return <Place to="/account" name={user.value.displayName} current={current} />
}

/** Back to this very page afterwards. */
export function signInAddress(): string {
  const { pathname } = location
  return pathname === '/account' || pathname === '/' ? '/account' : `/account?next=${encodeURIComponent(pathname)}`
}

export function show(here: PageName, content: ComponentChildren): void {
  render(<Frame here={here}>{content}</Frame>, document.getElementById('page')!)
  void recognise()
}
