import type { Code } from '../../src/codes.ts'
import { LostError, type Problem, ProblemError } from '../../src/sdk/index.ts'
import { dictionary } from './language.ts'
import { money } from './money.ts'
import { fullTime } from './time.ts'
import { wrongFields } from './wrong-fields.ts'

type Facts = Readonly<Record<'minimum' | 'price' | 'most' | 'late' | 'opens', string>>

/** What only programs meet that are not these pages. */
type OfPrograms =
  | 'external_id_taken'
  | 'headers_too_large'
  | 'method_not_allowed'
  | 'request_timeout'
  | 'upgrade_required'
  | 'uri_too_long'

/** Every other problem in a sentence a bidder or seller can act on. */
export type Sentences = Readonly<Partial<Record<OfPrograms, undefined>>> &
  Record<Exclude<Code, OfPrograms> | 'lost' | 'unexpected', string | ((facts: Facts) => string)> & {
    /** Where a form is wrong, by the names of its fields. */
    readonly check: (fields: string) => string
    readonly fields: Readonly<Record<string, string>>
  }

const sentences = dictionary<Sentences>((language) => import(`./refusals.${language}.ts`))

/** What went wrong, in the reader's language. `currency` is that of the auction, where there is one. */
export function explain(error: unknown, currency = 'EUR'): string {
  const code = error instanceof ProblemError ? error.code : error instanceof LostError ? 'lost' : 'unexpected'
  const sentence = sentences.value[code] ?? sentences.value.unexpected
  const problem = error instanceof ProblemError ? error.problem : null
  const said = typeof sentence === 'string' ? sentence : sentence(factsOf(problem, currency))
  const wrong = wrongFields(problem, sentences.value.fields)
  return wrong === '' ? said : `${said} ${sentences.value.check(wrong)}`
}

function factsOf(problem: Problem | null, currency: string): Facts {
  const figure = (value: unknown) => (typeof value === 'number' ? money.value(value, currency) : '')
  const late = problem?.['lateMilliseconds']
  const opens = problem?.['opensAt']
  return {
    minimum: figure(problem?.['minimumBid'] ?? problem?.['maximumBid']),
    price: figure(problem?.['price']),
    most: figure(problem?.['most']),
    late: typeof late === 'number' && late >= 0 ? lateness(late) : '',
    opens: typeof opens === 'string' ? fullTime(opens) : '',
  }
}

function lateness(ms: number): string {
  if (ms < 1_000) return `${ms} ms`
  const seconds = Math.round(ms / 1_000)
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`
}
