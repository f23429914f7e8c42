import { type Bid, overRest, overSocket, quantile } from '../../support/load.ts'
import { signedUp } from '../../support/people.ts'
import { pause } from './form.ts'

const BID_EVERY_MS = 200

/** Four honest bidders in one auction, by turns over HTTP and on the channel. */
export class Bidders {
  readonly #auction: string
  readonly #bids: readonly Bid[]
  #amount = 1_000

  private constructor(auction: string, bids: readonly Bid[]) {
    this.#auction = auction
    this.#bids = bids
  }

  static async in(url: string, auction: string): Promise<Bidders> {
    const people = await Promise.all(['Ana', 'Ben', 'Cleo', 'Dora'].map((name) => signedUp(url, name)))
    const bids = people.map((bidder, i) => (i % 2 === 0 ? overRest(bidder) : overSocket(bidder, auction)))
    return new Bidders(auction, await Promise.all(bids))
  }

  /** The 99th percentile, in ms, of what they waited for an answer, each asking at an even pace whatever comes. */
  async bid(ms: number): Promise<number> {
    const waits: number[] = []
    const until = performance.now() + ms
    const one = async (bid: Bid, i: number) => {
      const asking: Promise<void>[] = []
      await pause((i * BID_EVERY_MS) / this.#bids.length)
      while (performance.now() < until) {
        const asked = performance.now()
        asking.push(bid(this.#auction, (this.#amount += 1)).then(() => void waits.push(performance.now() - asked)))
        await pause(BID_EVERY_MS)
      }
      await Promise.all(asking)
    }
    await Promise.all(this.#bids.map(one))
    return quantile(waits, 0.99)
  }
}
