import { type Locale, formatMoney } from '../domain/figures.ts'
import type { Language, NoticeData, NoticeKind } from '../domain/notices.ts'

/** What mails say, in both languages. A mail holds nothing of anybody but its reader. */

export type Mail = {
  readonly subject: string
  readonly lines: readonly string[]
  readonly button: { readonly label: string; readonly url: string } | null
  /** Why it comes, and how it ends. */
  readonly foot: string
  readonly unsubscribe: { readonly label: string; readonly url: string } | null
}

/** Kinds of mail that are no notices: they cannot be switched off. */
export type AccountMailKind =
  | 'verification'
  | 'reset'
  | 'password_changed'
  | 'email_changed'
  | 'email_changing'
  | 'new_device'

type Told = { readonly price: string; readonly time: string }
type Said = { readonly device: string; readonly email: string }

type Texts = {
  readonly notices: Readonly<
    Record<NoticeKind, (title: string, told: Told) => readonly [subject: string, line: string]>
  >
  readonly accounts: Readonly<
    Record<AccountMailKind, (house: string, said: Said) => readonly [subject: string, ...lines: string[]]>
  >
  readonly toLot: string
  readonly toVerify: string
  readonly toReset: string
  readonly toAccount: string
  readonly unsubscribe: string
  readonly noticeFoot: (house: string) => string
  readonly accountFoot: (house: string) => string
}

const NOT_YOU = {
  en: 'If this was not you, set a new password and end all other sessions on your account page.',
  es: 'Si no ha sido usted, elija una contraseña nueva y cierre las demás sesiones en la página de su cuenta.',
}

const texts: Readonly<Record<Language, Texts>> = {
  en: {
    notices: {
      outbid: (title, { price }) => [`You were outbid: ${title}`, `Somebody has bid more. The price is ${price}.`],
      won: (title, { price }) => [`You won: ${title}`, `The hammer came down for you, at ${price}.`],
      lost: (title) => [`Not won: ${title}`, 'This lot has ended without you.'],
      closing_soon: (title, { time, price }) => [
        `Closing soon: ${title}`,
        `It closes on ${time}.${price === '' ? '' : ` The price is ${price}.`}`,
      ],
      lot_coming_up: (title) => [`Open for bids: ${title}`, 'A lot that you watch is open for bids now.'],
      message: (title) => [`A message: ${title}`, 'You have a message about this lot.'],
      registration: (title) => [`Your registration: ${title}`, 'There is news of your registration.'],
      offer: (title) => [`An offer: ${title}`, 'You have an offer.'],
      invoice: (title) => [`Your invoice: ${title}`, 'You have an invoice.'],
      payment: (title) => [`A payment: ${title}`, 'There is news of a payment.'],
    },
    accounts: {
      verification: (house) => [
        `Your e-mail address at ${house}`,
        'Please confirm that this is your e-mail address. The link is good for 30 minutes, and once.',
        'If you have not asked for this, do nothing.',
      ],
      reset: (house) => [
        `A new password at ${house}`,
        'With this link you can set a new password. It is good for 30 minutes, and once.',
        'If you have not asked for this, do nothing: your password stays as it is.',
      ],
      password_changed: (house) => [
        `Your password at ${house} was changed`,
        'Your password was changed, and every other session ended.',
        NOT_YOU.en,
      ],
      email_changed: (house, { email }) => [
        `Your e-mail address at ${house} was changed`,
        `Your account has the address ${email} from now on, and this one gets no more mail.`,
        'If this was not you, write to the house at once.',
      ],
      email_changing: (house, { email }) => [
        `Your e-mail address at ${house} is to be changed`,
        `Somebody who is signed in as you has asked for the address ${email}. It counts once it is confirmed there.`,
        NOT_YOU.en,
      ],
      new_device: (house, { device }) => [
        `A new sign-in at ${house}`,
        `Somebody has signed in to your account from a device that was not seen before: ${device}.`,
        NOT_YOU.en,
      ],
    },
    toLot: 'To the lot',
    toVerify: 'Confirm my address',
    toReset: 'Set a new password',
    toAccount: 'To my account',
    unsubscribe: 'No more mails of this kind',
    noticeFoot: (house) =>
      `You get this mail from ${house} because you bid on this lot, watch it, ask about it or sell it.`,
    accountFoot: (house) => `You get this mail because of your account at ${house}.`,
  },
  es: {
    notices: {
      outbid: (title, { price }) => [`Han superado su puja: ${title}`, `Alguien ha pujado más. El precio es ${price}.`],
      won: (title, { price }) => [`Ha ganado: ${title}`, `El martillo ha caído para usted, por ${price}.`],
      lost: (title) => [`No ganado: ${title}`, 'Este lote ha acabado sin usted.'],
      closing_soon: (title, { time, price }) => [
        `Cierra pronto: ${title}`,
        `Se cierra el ${time}.${price === '' ? '' : ` El precio es ${price}.`}`,
      ],
      lot_coming_up: (title) => [`Ya se puede pujar: ${title}`, 'Un lote que usted sigue está abierto.'],
      message: (title) => [`Un mensaje: ${title}`, 'Tiene un mensaje sobre este lote.'],
      registration: (title) => [`Su inscripción: ${title}`, 'Hay novedades de su inscripción.'],
      offer: (title) => [`Una oferta: ${title}`, 'Tiene una oferta.'],
      invoice: (title) => [`Su factura: ${title}`, 'Tiene una factura.'],
      payment: (title) => [`Un pago: ${title}`, 'Hay novedades de un pago.'],
    },
    accounts: {
      verification: (house) => [
        `Su dirección de correo en ${house}`,
        'Confirme que esta es su dirección de correo. El enlace vale 30 minutos, y una sola vez.',
        'Si no lo ha pedido usted, no haga nada.',
      ],
      reset: (house) => [
        `Una contraseña nueva en ${house}`,
        'Con este enlace puede elegir una contraseña nueva. Vale 30 minutos, y una sola vez.',
        'Si no lo ha pedido usted, no haga nada: su contraseña sigue igual.',
      ],
      password_changed: (house) => [
        `Su contraseña en ${house} ha cambiado`,
        'Se ha cambiado su contraseña y se han cerrado las demás sesiones.',
        NOT_YOU.es,
      ],
      email_changed: (house, { email }) => [
        `Su dirección de correo en ${house} ha cambiado`,
        `Su cuenta tiene desde ahora la dirección ${email}, y esta ya no recibe correo.`,
        'Si no ha sido usted, escriba a la casa enseguida.',
      ],
      email_changing: (house, { email }) => [
        `Cambio de su dirección de correo en ${house}`,
        `Alguien con su sesión ha pedido la dirección ${email}. Valdrá cuando se confirme allí.`,
        NOT_YOU.es,
      ],
      new_device: (house, { device }) => [
        `Un acceso nuevo en ${house}`,
        `Alguien ha entrado en su cuenta desde un dispositivo que no se había visto antes: ${device}.`,
        NOT_YOU.es,
      ],
    },
    toLot: 'Ir al lote',
    toVerify: 'Confirmar mi dirección',
    toReset: 'Elegir una contraseña',
    toAccount: 'Ir a mi cuenta',
    unsubscribe: 'No más correos de este tipo',
    noticeFoot: (house) =>
      `Recibe este correo de ${house} porque puja por este lote, lo sigue, ha preguntado por él o lo vende.`,
    accountFoot: (house) => `Recibe este correo por su cuenta en ${house}.`,
  },
}

type Reader = { readonly language: Language; readonly timeZone: string }

/** What a notice says, in a title and a sentence. */
export function noticeText(
  kind: NoticeKind,
  { title, currency, price, closesAt }: NoticeData,
  { language, timeZone }: Reader,
): readonly [title: string, line: string] {
  const locale: Locale = { language, locale: language }
  const told = {
    price: price === null ? '' : formatMoney(price, currency, locale),
    time: closesAt === null ? '' : dayAndTime(closesAt, language, timeZone),
  }
  return texts[language].notices[kind](title, told)
}

/** The mail of a notice. */
export function noticeMail(
  kind: NoticeKind,
  data: NoticeData,
  { language, timeZone }: Reader,
  { house, lotUrl, unsubscribeUrl }: { house: string; lotUrl: string; unsubscribeUrl: string },
): Mail {
  const says = texts[language]
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
  { house, url, device = '', email = '' }: { house: string; url: string } & Partial<Said>,
): Mail {
  const says = texts[language]
  const [subject, ...lines] = says.accounts[kind](house, { device, email })
  const label = kind === 'verification' ? says.toVerify : kind === 'reset' ? says.toReset : says.toAccount
  return { subject, lines, button: { label, url }, foot: says.accountFoot(house), unsubscribe: null }
}

function dayAndTime(at: number, language: Language, timeZone: string): string {
  const options = { dateStyle: 'full', timeStyle: 'short', timeZone } as const
  const zone = new Intl.DateTimeFormat(language, { timeZone, timeZoneName: 'short' })
    .formatToParts(at)
    .find(({ type }) => type === 'timeZoneName')!.value
  return `${new Intl.DateTimeFormat(language, options).format(at)} ${zone}`
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
