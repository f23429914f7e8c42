import { randomUUID } from 'node:crypto'
import type { Client } from '../../../src/sdk/index.ts'
import { type Channel, watch } from '../../support/channel.ts'
import { signedUp } from '../../support/people.ts'
import { pause } from './form.ts'
import type { House } from './house.ts'

const BID_EVERY_MS = 50

/** An auction whose room is open to everyone who is signed in, with two honest bidders and somebody who watches. */
export class FloodedRoom {
  readonly id: string
  readonly watcher: Channel
  /** The seq of each bid that was accepted, in the order in which they were bid. */
  readonly accepted: number[] = []
  readonly #overRest: Client
  readonly #overSocket: Channel
  #amount = 1_000

  private constructor(id: string, watcher: Channel, overRest: Client, overSocket: Channel) {
    this.id = id
    this.watcher = watcher
    this.#overRest = overRest
    this.#overSocket = overSocket
  }

  static async in({ url, admin }: House): Promise<FloodedRoom> {
    const terms = { startPrice: 1, increments: 1 }
    const room = { presence: 'paddles', messages: 'members' } as const
    const { id } = await admin.create({ title: 'A lot', currency: 'EUR', terms, durationSeconds: 3_600, room })
    const [ana, ben, eve] = await Promise.all(['Ana', 'Ben', 'Eve'].map((name) => signedUp(url, name)))
    const channelOf = async (client: Client) => watch(url, id, '', await client.session.token())
    const [watcher, overSocket] = [await channelOf(eve!), await channelOf(ben!)]
    await Promise.all([watcher.next('snapshot'), overSocket.next('snapshot')])
    return new FloodedRoom(id, watcher, ana!, overSocket)
  }

  /** By turns over HTTP and on the channel, each answered before the next. Throws where a bid is refused. */
  async bid(ms: number): Promise<void> {
    const until = performance.now() + ms
    while (performance.now() < until) {
      const amount = (this.#amount += 1)
      this.accepted.push(await (amount % 2 ? this.#byRest(amount) : this.#bySocket(amount)))
      await pause(BID_EVERY_MS)
    }
  }

  async #byRest(amount: number): Promise<number> {
    const { seq } = await this.#overRest.bid(this.id, { amount })
    return seq!
  }

  async #bySocket(amount: number): Promise<number> {
    const key = randomUUID()
    this.#overSocket.send({ type: 'bid', key, amount })
    const refused = this.#overSocket.next('reject', (one) => one.key === key)
    const answer = await Promise.race([this.#overSocket.next('ack', (one) => one.key === key), refused])
    if (answer.type === 'reject') throw new Error(JSON.stringify(answer.problem))
    return answer.seq!
  }
}
