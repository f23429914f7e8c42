import { setTimeout as pause } from 'node:timers/promises'
import { expect, onTestFinished } from 'vitest'
import { type AnswerView, type Client, ProblemError, isUnknown, newKey } from '../../../src/sdk/index.ts'

export type Acknowledged = {
  readonly by: Client
  readonly key: string
  readonly at: number
  readonly answer: AnswerView
}

/** People who outbid each other without end, and keep what was acknowledged. Two at least: whoever leads does not bid against themselves. */
export function rivals(people: readonly Client[], auction: string) {
  const acknowledged: Acknowledged[] = []
  let amount = 1_000
  let isOver = false
  const bidding = people.map(async (by) => {
    while (!isOver) {
      const key = newKey()
      try {
        const answer = await by.bid(auction, { amount: (amount += 100) }, key)
        acknowledged.push({ by, key, at: performance.now(), answer })
      } catch (error) {
        if (!(error instanceof ProblemError) && !isUnknown(error)) throw error
        await pause(20)
      }
    }
  })
  const stop = async () => {
    isOver = true
    await Promise.all(bidding)
  }
  onTestFinished(stop)
  /** Until so many more were acknowledged. */
  const more = async (count: number) => {
    const wanted = acknowledged.length + count
    await expect.poll(() => acknowledged.length).toBeGreaterThan(wanted)
  }
  /** Those that a ledger does not hold. */
  const lostIn = (ledger: string) => acknowledged.filter(({ answer }) => !ledger.includes(`"${answer.bid.id}"`))
  return { acknowledged, more, stop, lostIn }
}

export async function ledgerAt(url: string, auction: string): Promise<string> {
  return (await fetch(`${url}/v1/auctions/${auction}/ledger`)).text()
}
