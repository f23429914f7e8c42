import { expect, test } from 'vitest'
import type { ProblemError } from '../../src/sdk/index.ts'
import { watch } from '../support/channel.ts'
import { openHouse } from '../support/service.ts'

const BIDDERS = 24
/** More by `npm run test:fuzz`. */
const ROUNDS = process.env['FUZZ_FORM'] === 'long' ? 200 : 20

test(
  '[PX-4] of 24 bidders who place the same first bid at the same instant, over both transports, one leads and 23 are too low',
  { timeout: 300_000 },
  async () => {
    const house = await openHouse()
    const bidders = await Promise.all(Array.from({ length: BIDDERS }, (_, i) => house.person(`bidder ${i}`)))
    for (let round = 0; round < ROUNDS; round += 1) {
      const id = await house.auction()
      const tries = bidders.map(async (bidder, i) => {
        if (i % 2 === 0) return { bid: () => overRest(() => bidder.bid(id, { amount: 1_000 })) }
        const channel = watch(house.url, id, '', await bidder.session.token())
        await channel.next('you')
        return { bid: () => overSocket(channel) }
      })
      const ready = await Promise.all(tries)
      const outcomes = await Promise.all(ready.map(({ bid }) => bid()))
      expect(outcomes.filter((outcome) => outcome === 'leading')).toHaveLength(1)
      expect(outcomes.filter((outcome) => outcome === 'bid_too_low 1100')).toHaveLength(BIDDERS - 1)
      expect(await house.admin.auction(id)).toMatchObject({ price: 1_000, bidCount: 1, leader: 'P1', seq: 3 })
      await house.admin.close(id)
    }
  },
)

async function overRest(bid: () => Promise<{ outcome: string }>): Promise<string> {
  try {
    return (await bid()).outcome
  } catch (error) {
    const { problem } = error as ProblemError
    return `${problem.code} ${String(problem['minimumBid'])}`
  }
}

async function overSocket(channel: ReturnType<typeof watch>): Promise<string> {
  channel.send({ type: 'bid', key: 'first', amount: 1_000 })
  const answer = await Promise.race([channel.next('ack'), channel.next('reject')])
  return answer.type === 'ack' ? answer.outcome : `${answer.problem.code} ${String(answer.problem['minimumBid'])}`
}
