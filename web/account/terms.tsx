import { signal } from '@preact/signals'
import { ProblemError } from '../../src/sdk/index.ts'
import { given } from '../shared/given.ts'
import { accountWords } from './words.ts'

type Written = { readonly terms: string | null }

/** SHA-256 of the terms of the house, null where it has none. */
const terms = signal<string | null>(given<Written>()?.terms ?? null)

/** Whoever signs up agrees to them, and can read them first. Another version is another question. */
export function Terms() {
  if (terms.value === null) return null
  const { agree, readTerms } = accountWords.value
  return (
    <div class="terms">
      <label key={terms.value}>
        <input type="checkbox" required name="terms" value={terms.value} data-testid="terms" />
        {agree}
      </label>
      <a href="/terms" target="_blank" rel="noopener">
        {readTerms}
      </a>
    </div>
  )
}

/** A refusal says which terms hold: they may have changed since the page was sent. */
export function renewTerms(error: unknown): void {
  if (!(error instanceof ProblemError) || error.code !== 'terms_not_accepted') return
  const { terms: present } = error.problem
  if (typeof present === 'string') terms.value = present
}
