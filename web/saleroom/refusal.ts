import { signal } from '@preact/signals'
import { ProblemError } from '../../src/sdk/index.ts'
import { learn } from '../shared/language.ts'
import type { explain } from '../shared/refusals.ts'

const loaded = signal<typeof explain | null>(null)

/** The sentences for refusals come with the first bid: whoever only watches needs none of them. */
export async function loadRefusals(): Promise<void> {
  if (loaded.peek() !== null) return
  const refusals = await import('../shared/refusals.ts').catch(() => null)
  if (refusals === null) return
  await learn().catch(() => undefined)
  loaded.value = refusals.explain
}

/** Why a bid was refused; in the service's own words where ours could not be had. */
export function refusalText(error: unknown, currency: string): string {
  const own = error instanceof ProblemError ? error.problem.title : ''
  return loaded.value?.(error, currency) ?? own
}
