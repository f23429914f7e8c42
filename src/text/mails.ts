import { formatMoney, plainLocale } from '../domain/figures.ts'
import type { NoticeData, NoticeKind } from '../domain/notices.ts'
import { type Language, languages } from '../languages/list.ts'
import { texts } from '../languages/texts.ts'

/** Mails of notices and of accounts, in the reader's language. A mail holds nothing of anybody but its reader. */

export type Mail = {
  readonly subject: string
  readonly lines: readonly string[]
  readonly button: { readonly label: string; readonly url: string } | null
  /** Why it comes, and how it ends. */
  readonly foot: string
  readonly unsubscribe: { readonly label: string; readonly url: string } | null
}

/** Kinds of mail that are no notices: they cannot be switched off. */
export type AccountMailKind = keyof (typeof texts)['en']['mails']['accounts']

type Reader = { readonly language: Language; readonly timeZone: string }

/** What a notice says, in a title and a sentence. */
export function noticeText(
  kind: NoticeKind,
  { title, currency, price, closesAt }: NoticeData,
  { language, timeZone }: Reader,
): readonly [title: string, line: string] {
  const locale = plainLocale(language)
  const told = {
    price: price === null ? '' : formatMoney(price, currency, locale),
    time: closesAt === null ? '' : dayAndTime(closesAt, language, timeZone),
  }
  return texts[language].mails.notices[kind](title, told)
}

/** The mail of a notice. */
export function noticeMail(
  kind: NoticeKind,
  data: NoticeData,
  { language, timeZone }: Reader,
  { house, lotUrl, unsubscribeUrl }: { house: string; lotUrl: string; unsubscribeUrl: string },
): Mail {
  const says = texts[language].mails
  const [subject, line] = noticeText(kind, data, { language, timeZone })
  return {
    subject,
    lines: [data.title, line],
    button: { label: says.toLot, url: lotUrl },
    foot: says.noticeFoot(house),
    unsubscribe: { label: says.unsubscribe, url: unsubscribeUrl },
  }
}

/** A mail about an account. `url` leads to what it asks for. */
export function accountMail(
  kind: AccountMailKind,
  language: Language,
  { house, url, device = '', email = '' }: { house: string; url: string; device?: string; email?: string },
): Mail {
  const says = texts[language].mails
  const [subject, ...lines] = says.accounts[kind](house, { device, email })
  const label = kind === 'verification' ? says.toVerify : kind === 'reset' ? says.toReset : says.toAccount
  return { subject, lines, button: { label, url }, foot: says.accountFoot(house), unsubscribe: null }
}

function dayAndTime(at: number, language: Language, timeZone: string): string {
  const options = { dateStyle: 'full', timeStyle: 'short', timeZone } as const
  const { locale } = languages[language]
  const zone = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'short' })
    .formatToParts(at)
    .find(({ type }) => type === 'timeZoneName')!.value
  return `${new Intl.DateTimeFormat(locale, options).format(at)} ${zone}`
}

/** A mail as plain text. */
export function plainMail({ lines, button, foot, unsubscribe }: Mail): string {
  const parts = [
    ...lines,
    ...(button === null ? [] : [`${button.label}: ${button.url}`]),
    '--',
    foot,
    ...(unsubscribe === null ? [] : [`${unsubscribe.label}: ${unsubscribe.url}`]),
  ]
  return `${parts.join('\n\n')}\n`
}

/** A mail as HTML: without pictures, and in the colours of the reader's scheme. */
export function htmlMail({ subject, lines, button, foot, unsubscribe }: Mail, language: Language): string {
  const [first = '', ...others] = lines
  const rest = others.map((line) => `<p>${escaped(line)}</p>`).join('')
  const link =
    button === null ? '' : `<p><a class="button" href="${escaped(button.url)}">${escaped(button.label)}</a></p>`
  const end = unsubscribe === null ? '' : ` <a href="${escaped(unsubscribe.url)}">${escaped(unsubscribe.label)}</a>`
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"><title>${escaped(subject)}</title>
<style>${STYLE}</style></head>
<body><main><h1>${escaped(first)}</h1>${rest}${link}<hr><p class="foot">${escaped(foot)}${end}</p></main></body></html>`
}

const STYLE = `:root{color-scheme:light dark}
body{margin:0;background:#f7f3ea;color:#1c1a17;font:16px/1.5 system-ui,sans-serif}
main{max-width:34rem;margin:0 auto;padding:24px;overflow-wrap:anywhere}h1{font-size:22px;line-height:1.25}
.button{display:inline-block;padding:12px 20px;border-radius:8px;background:#17543f;color:#fff;text-decoration:none;font-weight:600}
hr{border:0;border-top:1px solid #d9d2c3;margin:24px 0 12px}.foot{color:#5c564b;font-size:13px}.foot a{color:inherit}
@media(prefers-color-scheme:dark){body{background:#141412;color:#f2eee4}.button{background:#82cfae;color:#10201a}hr{border-color:#3a3832}.foot{color:#b3ac9d}}`

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)
}
