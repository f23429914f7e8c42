import { signal } from '@preact/signals'
import { type AnswerView, ProblemError } from '../../src/sdk/index.ts'
import { learn } from '../shared/language.ts'
import type * as Answers from './answers.ts'
import { room } from './room.ts'

const loaded = signal<typeof Answers | null>(null)

/** The sentences for refusals come with the first bid. */
export async function loadAnswers(): Promise<void> {
  if (loaded.peek() !== null) return
  const answers = await import('./answers.ts').catch(() => null)
  if (answers === null) return
  await learn().catch(() => undefined)
  loaded.value = answers
}

/** Keeps the receipt on this machine. */
export async function keepAnswer(answer: AnswerView): Promise<void> {
  await loadAnswers()
  loaded.peek()?.keepReceipt(room.peek()!.auction.id, answer)
}

/** Why a bid was refused; in the service's own words where ours could not be had. */
export function refusalText(error: unknown, currency: string): string {
  const own = error instanceof ProblemError ? error.problem.title : ''
  return loaded.value?.explain(error, currency) ?? own
}

/** What became of a bid that was taken, where there is more to say than how one stands. */
export function takenText(outcome: AnswerView['outcome'], price: string, maximum: string): string | undefined {
  return loaded.value?.takenText(outcome, price, maximum)
}
