import type { Reader } from './page-texts.ts'

const texts = {
  en: {
    title: 'No more mails of this kind?',
    button: 'Send me no more',
    done: 'You get no more mails of this kind. On your account page you can have them again.',
    gone: 'This link is not complete. Choose on your account page which mails you get.',
    account: 'To the account page',
  },
  es: {
    title: '¿No más correos de este tipo?',
    button: 'No enviar más',
    done: 'Ya no recibirá correos de este tipo. En la página de su cuenta puede volver a pedirlos.',
    gone: 'Este enlace no está completo. Elija en la página de su cuenta qué correos recibe.',
    account: 'Ir a la página de la cuenta',
  },
}

/** A page that needs neither JavaScript nor a style sheet. */
export function unsubscribePage(
  { language }: Reader,
  { name, isGood, isDone }: { name: string | null; isGood: boolean; isDone: boolean },
): string {
  const says = texts[language]
  const house = (name ?? 'Martillo').replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)
  const form = `<form method="post"><button>${says.button}</button></form>`
  const body = !isGood ? `<p>${says.gone}</p>` : isDone ? `<p>${says.done}</p>` : form
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex"><title>${says.title} – ${house}</title></head>
<body><main><h1>${isDone ? house : says.title}</h1>${body}<p><a href="/account">${says.account}</a></p></main></body></html>`
}
