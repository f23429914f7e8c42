import { render } from 'preact'
import { DEFAULT_LANGUAGE, type Language, isLanguage } from '../../src/languages/list.ts'
import { language, learn } from '../shared/language.ts'
import styles from '../style/embed.css?inline'
import { EmbeddedLot } from './lot.ts'
import { LotView } from './view.tsx'

const sheet = new CSSStyleSheet()
sheet.replaceSync(styles)

let spoken: Language | null = null

/**
 * `<martillo-auction id="…" lang="es">`: one auction, live, on a page elsewhere. `id` is the auction's; `lang` is one of
 * its languages, else the page's is taken, and the first one's holds for all on a page. The page's origin must be among the house's ALLOWED_ORIGINS.
 */
class MartilloAuction extends HTMLElement {
  static readonly observedAttributes = ['id']
  #lot: EmbeddedLot | null = null

  attributeChangedCallback(): void {
    if (this.#lot === null) return
    this.disconnectedCallback()
    this.connectedCallback()
  }

  connectedCallback(): void {
    const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' })
    root.adoptedStyleSheets = [sheet]
    language.value = spoken ??= languageOf(this)
    const lot = new EmbeddedLot(this.id)
    this.#lot = lot
    void learn().then(() => render(<LotView lot={lot} />, root))
  }

  disconnectedCallback(): void {
    this.#lot?.close()
    this.#lot = null
    if (this.shadowRoot !== null) render(null, this.shadowRoot)
  }
}

function languageOf(element: HTMLElement): Language {
  const wanted = element.lang || document.documentElement.lang || navigator.language
  const code = wanted.slice(0, 2)
  return isLanguage(code) ? code : DEFAULT_LANGUAGE
}

if (customElements.get('martillo-auction') === undefined) customElements.define('martillo-auction', MartilloAuction)
