import { signal } from '@preact/signals'
import { ProblemError } from '../../src/sdk/index.ts'
import { learn } from '../shared/language.ts'

type Explain = typeof import('../shared/refusals.ts').explain

const explain = signal<Explain | null>(null)

/** The sentences for refusals come with the first bid: whoever only watches needs none of them. */
export async function loadRefusals(): Promise<void> {
  if (explain.peek() !== null) return
  const loaded = await import('../shared/refusals.ts').catch(() => null)
  if (loaded === null) return
  await learn().catch(() => undefined)
  explain.value = loaded.explain
}

/** Why a bid was refused; in the service's own words where ours could not be had. */
export function refusalText(error: unknown, currency: string): string {
  const own = error instanceof ProblemError ? error.problem.title : ''
  return explain.value?.(error, currency) ?? own
}
