import type { AttackName } from '../attacks/index.ts'
import type { Fates } from './attack.ts'
import { type Attackers, callAttackers } from './attackers.ts'
import { count, pause } from './form.ts'
import { House } from './house.ts'
import { report } from './meter.ts'
import { villain } from './villain.ts'

const ATTACK_MS = count(2_000, 8_000)
/** Between attacks: what the last one left behind is cleared away. */
const REST_MS = count(1_000, 3_000)
const ATTEMPTS = 4
const SETTLED_MS = count(500, 2_000)

/**
 * A house that is attacked, and another one of the same build that is left in peace, with honest bidders who bid at the
 * same pace in the same moments. What the machine does meets both; what an attack does meets the one.
 */
export class Siege {
  readonly house: House
  readonly #peaceful: House
  readonly #attackers = new Set<Attackers>()
  #networks = 0

  private constructor(house: House, peaceful: House) {
    this.house = house
    this.#peaceful = peaceful
  }

  static async open(dataDir: string, peacefulDataDir: string): Promise<Siege> {
    const peaceful = await House.open(peacefulDataDir)
    try {
      return new Siege(await House.open(dataDir), peaceful)
    } catch (error) {
      await peaceful.close()
      throw error
    }
  }

  /** Attackers from a network of their own who wait for the word, and go on until they are ended. */
  async call(attack: AttackName, number: number): Promise<Attackers> {
    const { url, auction, other } = this.house
    const network = (this.#networks += 1)
    const tokens = [await villain(url, network, 1), await villain(url, network, 2)]
    const attackers = await callAttackers(attack, { url, auction, other, tokens, count: number, network })
    this.#attackers.add(attackers)
    return attackers
  }

  /**
   * Is attacked, from the first moment on, and throws where honest bidders noticed. A hiccup of this machine passes by,
   * what an attack does it does each time: so it may be tried again. Returns what became of the last attackers.
   */
  async withstand<Name extends AttackName>(
    numbers: Readonly<Record<Name, number>>,
    meanwhile: (attackers: Record<Name, Attackers>) => Promise<void> = async () => {},
  ): Promise<Record<Name, Fates>> {
    const met: string[] = []
    while (met.length < ATTEMPTS) {
      const { quietMs, attackedMs, fates, ...more } = await this.#attempt(numbers, meanwhile)
      const rssMiB = [this.house.rssAtFirst, this.house.rss]
      report({ attack: numbers, quietMs, attackedMs, ...more, rssMiB, fates })
      const most = 1.5 * quietMs + 20
      if (attackedMs <= most) return fates
      met.push(`${Math.round(attackedMs)} beyond ${Math.round(most)}`)
    }
    throw new Error(`bidders waited, in ms: ${met.join(', ')}`)
  }

  async #attempt<Name extends AttackName>(
    numbers: Readonly<Record<Name, number>>,
    meanwhile: (attackers: Record<Name, Attackers>) => Promise<void>,
  ) {
    const names = Object.keys(numbers) as Name[]
    const attackers = await Promise.all(names.map((name) => this.call(name, numbers[name])))
    const byName = <Value>(values: Value[]) =>
      Object.fromEntries(names.map((name, i) => [name, values[i]])) as Record<Name, Value>
    const attack = async () => {
      await Promise.all(attackers.map((one) => one.begin()))
      await meanwhile(byName(attackers))
    }
    const measured = await this.#meter()
    const bidding = Promise.all([this.house.bidders.bid(ATTACK_MS), this.#peaceful.bidders.bid(ATTACK_MS)])
    const [attacking] = await Promise.allSettled([attack(), bidding])
    if (attacking.status === 'rejected') throw attacking.reason
    const [attackedMs, quietMs] = await bidding
    const figures = { quietMs, attackedMs, ...(await measured()) }
    const fates = byName(await this.#settled(attackers))
    for (const one of attackers) await this.#end(one)
    await this.house.bidders.bid(REST_MS)
    return { ...figures, fates }
  }

  /** What became of them, when nobody has been let go for a while: of low priority, they may hear of it late. */
  async #settled(attackers: readonly Attackers[]): Promise<Fates[]> {
    const fates = () => Promise.all(attackers.map((one) => one.fates()))
    const open = (met: readonly Fates[]) => met.reduce((sum, { open = 0 }) => sum + open, 0)
    for (let before = await fates(); ;) {
      if (open(before) === 0) return before
      await pause(SETTLED_MS)
      const now = await fates()
      if (open(now) === open(before)) return now
      before = now
    }
  }

  /** What the attacked service's loop, and the machine, have to do with it. */
  async #meter() {
    const before = this.house.share
    await this.house.loopHeldMs()
    return async () => {
      const after = this.house.share
      const [ranMs, queuedMs] = [after.ran - before.ran, after.queued - before.queued]
      return { loopHeldMs: await this.house.loopHeldMs(), ranMs, queuedMs }
    }
  }

  async close(): Promise<void> {
    for (const attackers of this.#attackers) await attackers.end()
    await this.house.close()
    await this.#peaceful.close()
  }

  async #end(attackers: Attackers): Promise<void> {
    this.#attackers.delete(attackers)
    await attackers.end()
  }
}
