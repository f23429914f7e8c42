import { texts } from '../languages/texts.ts'
import type { Reader } from './page-texts.ts'

/** A page that needs neither JavaScript nor a style sheet. */
export function unsubscribePage(
  { language }: Reader,
  { name, isGood, isDone }: { name: string | null; isGood: boolean; isDone: boolean },
): string {
  const says = texts[language].unsubscribe
  const house = (name ?? 'Martillo').replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)
  const form = `<form method="post"><button>${says.button}</button></form>`
  const body = !isGood ? `<p>${says.gone}</p>` : isDone ? `<p>${says.done}</p>` : form
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex"><title>${says.title} – ${house}</title></head>
<body><main><h1>${isDone ? house : says.title}</h1>${body}<p><a href="/account">${says.account}</a></p></main></body></html>`
}
