import type { Auction, Details } from './auction.ts'
import { type Instant, SECOND_MS, fromWire } from './instant.ts'
import type { CommandOf } from './command.ts'
import { type Terms, formats } from './formats/index.ts'
import { type FormatName, type TermsInput, termsShapes } from './formats/shapes.ts'
import { invalid, isRejection, reject, type Rejection } from './rejection.ts'
import { DURATION_SECONDS_MAX, type NewAuction } from './schema.ts'

/** What a new auction is set to. `at` is when it is created, and the earliest opening. */
export function newDetails(input: NewAuction, at: Instant): Details | Rejection {
  const { title, description, images, currency, format } = input
  const asked = input.opensAt === null ? null : fromWire(input.opensAt)
  const opensAt = input.status === 'draft' ? asked : Math.max(asked ?? at, at)
  const terms = formats[format].readTerms(input.terms, currency)
  const end = ends(input, opensAt)
  return checked({ title, description, images, currency, format, terms, opensAt, ...end }, at)
}

/** What an auction without bids is set to by a change. */
export function changedDetails(auction: Auction, { changes, at, asKept }: CommandOf<'update'>): Details | Rejection {
  const { title, description, images, currency, format, terms } = auction
  const opened = auction.stage.status === 'open' || auction.stage.status === 'paused'
  if (opened && (changes.opensAt !== undefined || changes.status !== undefined))
    return invalid(changes.opensAt === undefined ? 'status' : 'opensAt', 'the auction has opened already')
  if (changes.currency !== undefined && changes.currency !== currency && changes.terms === undefined)
    return invalid('terms', 'a new currency needs its terms')
  const status = changes.status ?? auction.stage.status
  const asked = changes.opensAt === undefined ? auction.opensAt : fromNullable(changes.opensAt)
  const opensAt = status === 'scheduled' && asked !== null ? Math.max(asked, at) : asked
  const newCurrency = changes.currency ?? currency
  const newFormat = changes.format ?? format
  if (newFormat !== format && changes.terms === undefined) return invalid('terms', 'a new format needs its terms')
  const newTerms =
    changes.terms === undefined ? terms : readChangedTerms(changes.terms, { newFormat, newCurrency, asKept })
  if (isRejection(newTerms)) return newTerms
  const newEnd = changes.closesAt !== undefined || changes.durationSeconds !== undefined
  const kept = { closesAt: auction.closesAt, durationMs: auction.durationMs }
  const end = newEnd ? ends(changes, opensAt) : settledEnd({ ...kept, opensAt })
  const details = {
    title: changes.title ?? title,
    description: changes.description ?? description,
    images: changes.images ?? images,
    currency: newCurrency,
    format: newFormat,
    terms: newTerms,
    opensAt,
    closesAt: end.closesAt,
    durationMs: opened ? null : end.durationMs,
  }
  if (status === 'scheduled' && details.opensAt === null) return invalid('opensAt', 'a scheduled auction needs one')
  const timesChanged = newEnd || changes.opensAt !== undefined || changes.status !== undefined
  return timesChanged ? checked(details, at) : details
}

type TermsContext = { readonly newFormat: FormatName; readonly newCurrency: string; readonly asKept: true | undefined }

/** Only now it is known which format they are of. A verifier has read them by the shape of what is kept. */
function readChangedTerms(given: object, { newFormat, newCurrency, asKept }: TermsContext): Terms | Rejection {
  if (asKept === true) return formats[newFormat].readTerms(given as TermsInput, newCurrency)
  const read = termsShapes[newFormat].input.safeParse(given)
  if (read.success) return formats[newFormat].readTerms(read.data, newCurrency)
  return reject('invalid_request', {
    errors: read.error.issues.map(({ path, message }) => ({ path: ['terms', ...path].join('.'), message })),
  })
}

/** The end, which follows from the opening where a length was given. */
export function settledEnd({ opensAt, closesAt, durationMs }: Pick<Details, 'opensAt' | 'closesAt' | 'durationMs'>) {
  if (durationMs === null || opensAt === null) return { closesAt, durationMs }
  return { closesAt: opensAt + durationMs, durationMs }
}

function fromNullable(wire: string | null): Instant | null {
  return wire === null ? null : fromWire(wire)
}

function ends(
  { closesAt, durationSeconds }: { closesAt?: string | undefined; durationSeconds?: number | undefined },
  opensAt: Instant | null,
): Pick<Details, 'closesAt' | 'durationMs'> {
  if (closesAt !== undefined) return { closesAt: fromWire(closesAt), durationMs: null }
  return settledEnd({ opensAt, closesAt: null, durationMs: durationSeconds! * SECOND_MS })
}

function checked(details: Details, at: Instant): Details | Rejection {
  const { opensAt, closesAt } = details
  if (closesAt === null) return details
  if (closesAt <= at) return invalid('closesAt', 'must be in the future')
  if (opensAt !== null && closesAt <= opensAt) return invalid('closesAt', 'must be after opensAt')
  if (closesAt - at > DURATION_SECONDS_MAX * SECOND_MS)
    return invalid('closesAt', `must be within ${DURATION_SECONDS_MAX} seconds`)
  return details
}
