import type { Code } from '../../src/codes.ts'
import { LostError, type Problem, ProblemError } from '../../src/sdk/index.ts'
import { bilingual } from './language.ts'
import { money } from './money.ts'
import { fullTime } from './time.ts'

type Facts = { readonly minimum: string; readonly price: string; readonly late: string; readonly opens: string }
type Sentences = Record<Code | 'lost' | 'unexpected', string | ((facts: Facts) => string)>

/** Every problem in a sentence a bidder or seller can act on. */
const sentences = bilingual<Sentences>(
  {
    invalid_request: 'Something in this form is not right.',
    idempotency_key_required: 'The bid came without its key. Load the page again.',
    unauthenticated: 'Your session has ended. Sign in again.',
    invalid_credentials: 'The e-mail address or the password is wrong.',
    forbidden: 'You may not do this.',
    own_auction: 'This is your own auction: you cannot bid in it.',
    bidder_blocked: 'You may not bid here. Ask the house why.',
    not_found: 'There is nothing here.',
    auction_not_found: 'There is no such auction.',
    bid_not_found: 'There is no such bid in this auction.',
    user_not_found: 'There is no such user.',
    request_timeout: 'The request took too long. Try again.',
    email_taken: 'This e-mail address has an account already. Sign in instead.',
    auction_has_bids: 'The auction has bids: only its description may be added to.',
    auction_not_open: ({ opens }) => `The auction is not open yet.${opens && ` It opens ${opens}.`}`,
    auction_already_open: 'The auction is open already.',
    auction_paused: 'The auction is paused. Your bid was not taken.',
    auction_not_paused: 'The auction is not paused.',
    auction_closed: ({ late }) => `The auction is closed.${late && ` Your bid came ${late} too late.`}`,
    auction_cancelled: 'The auction was cancelled. Your bid was not taken.',
    bid_too_low: ({ minimum, price }) =>
      `Too low: ${price === '' ? 'bidding starts' : `the price is ${price} by now, and the next bid is`} at ${minimum} or more.`,
    bid_voided: 'This bid is void already.',
    already_leading: 'You lead already. To offer more, raise your maximum.',
    maximum_not_raised: 'Your maximum can only go up.',
    pictures_unavailable: 'The house cannot take pictures now. Give the address of one instead.',
    payload_too_large: 'That is too long.',
    uri_too_long: 'That is too long.',
    unsupported_media_type: 'The service could not read this.',
    idempotency_key_reused: 'This key belongs to another bid. Bid again.',
    rate_limited: 'Too many attempts. Wait a moment.',
    headers_too_large: 'The service could not read this.',
    internal: 'Something went wrong in the service.',
    try_again: 'The service could not say whether that was done. Try again: nothing is done twice.',
    lost: 'No answer from the service.',
    unexpected: 'Something went wrong on this page.',
  },
  {
    invalid_request: 'Hay algo incorrecto en este formulario.',
    idempotency_key_required: 'La puja llegó sin su clave. Vuelva a cargar la página.',
    unauthenticated: 'Su sesión ha terminado. Entre de nuevo.',
    invalid_credentials: 'El correo o la contraseña no son correctos.',
    forbidden: 'No puede hacer esto.',
    own_auction: 'Es su propia subasta: no puede pujar en ella.',
    bidder_blocked: 'No puede pujar aquí. Pregunte a la casa el motivo.',
    not_found: 'Aquí no hay nada.',
    auction_not_found: 'Esa subasta no existe.',
    bid_not_found: 'Esa puja no existe en esta subasta.',
    user_not_found: 'Ese usuario no existe.',
    request_timeout: 'La petición tardó demasiado. Inténtelo de nuevo.',
    email_taken: 'Este correo ya tiene una cuenta. Entre con ella.',
    auction_has_bids: 'La subasta ya tiene pujas: solo se puede añadir a la descripción.',
    auction_not_open: ({ opens }) => `La subasta aún no está abierta.${opens && ` Abre el ${opens}.`}`,
    auction_already_open: 'La subasta ya está abierta.',
    auction_paused: 'La subasta está en pausa. Su puja no se ha aceptado.',
    auction_not_paused: 'La subasta no está en pausa.',
    auction_closed: ({ late }) => `La subasta está cerrada.${late && ` Su puja llegó ${late} tarde.`}`,
    auction_cancelled: 'La subasta se anuló. Su puja no se ha aceptado.',
    bid_too_low: ({ minimum, price }) =>
      `Demasiado baja: ${price === '' ? 'se empieza a pujar' : `el precio ya es ${price}, y la próxima puja es`} desde ${minimum}.`,
    bid_voided: 'Esta puja ya está anulada.',
    already_leading: 'Ya va ganando. Para ofrecer más, suba su máximo.',
    maximum_not_raised: 'Su máximo solo puede subir.',
    pictures_unavailable: 'La casa no puede recibir imágenes ahora. Dé la dirección de una.',
    payload_too_large: 'Es demasiado largo.',
    uri_too_long: 'Es demasiado largo.',
    unsupported_media_type: 'El servicio no pudo leerlo.',
    idempotency_key_reused: 'Esta clave es de otra puja. Puje otra vez.',
    rate_limited: 'Demasiados intentos. Espere un momento.',
    headers_too_large: 'El servicio no pudo leerlo.',
    internal: 'Algo ha fallado en el servicio.',
    try_again: 'El servicio no pudo decir si se hizo. Inténtelo de nuevo: nada se hace dos veces.',
    lost: 'El servicio no responde.',
    unexpected: 'Algo ha fallado en esta página.',
  },
)

/** What went wrong, in the reader's language. `currency` is that of the auction, where there is one. */
export function explain(error: unknown, currency = 'EUR'): string {
  const code = error instanceof ProblemError ? error.code : error instanceof LostError ? 'lost' : 'unexpected'
  const sentence = sentences.value[code] ?? sentences.value.unexpected
  const problem = error instanceof ProblemError ? error.problem : null
  const said = typeof sentence === 'string' ? sentence : sentence(facts(problem, currency))
  const wrong = problem?.errors?.map(({ path, message }) => `${path}: ${message}`).join('; ')
  return wrong ? `${said} (${wrong})` : said
}

function facts(problem: Problem | null, currency: string): Facts {
  const figure = (value: unknown) => (typeof value === 'number' ? money.value(value, currency) : '')
  const late = problem?.['lateMilliseconds']
  const opens = problem?.['opensAt']
  return {
    minimum: figure(problem?.['minimumBid']),
    price: figure(problem?.['price']),
    late: typeof late === 'number' && late >= 0 ? lateness(late) : '',
    opens: typeof opens === 'string' ? fullTime(opens) : '',
  }
}

function lateness(ms: number): string {
  if (ms < 1_000) return `${ms} ms`
  const seconds = Math.round(ms / 1_000)
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`
}
