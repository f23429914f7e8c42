import type { AttackName } from '../attacks/index.ts'
import type { Fates } from './attack.ts'
import { type Attackers, callAttackers } from './attackers.ts'
import { count, isLong, pause } from './form.ts'
import { House } from './house.ts'
import { report } from './meter.ts'
import { villain } from './villain.ts'

const ATTACK_MS = count(1_000, 8_000)
/** Between attacks: what the last one left behind is cleared away. */
const REST_MS = count(200, 3_000)
const ATTEMPTS = 6
/** The longest turn of the loop, of its own processor time: tells harm also where a busy machine makes all bidders wait. */
const TURN_MS_MAX = 50
/** Only what hangs takes so long. */
const SETTLED_MS_MAX = 60_000
/** Attacks whose connections are not all ended by the service soon. */
const staying: ReadonlySet<AttackName> = new Set([
  'emptyFragments',
  'brokenUpgrades',
  'ofOneUser',
  'ofNobody',
  'neverReaders',
  'neverReadAnswers',
] as const)

/**
 * A house that is attacked, and another one of the same build that is left in peace, with honest bidders who bid at the
 * same pace in the same moments. What the machine does meets both; what an attack does meets the one.
 */
export class Siege {
  readonly house: House
  /** Only where waits are measured. */
  readonly #peaceful: House | null
  readonly #attackers = new Set<Attackers>()
  #networks = 0

  private constructor(house: House, peaceful: House | null) {
    this.house = house
    this.#peaceful = peaceful
  }

  static async open(dataDir: string, peacefulDataDir: string): Promise<Siege> {
    const peaceful = isLong ? await House.open(peacefulDataDir) : null
    try {
      return new Siege(await House.open(dataDir), peaceful)
    } catch (error) {
      await peaceful?.close()
      throw error
    }
  }

  /** Attackers from a network of their own who wait for the word, and go on until they are ended. */
  async call(attack: AttackName, number: number, { other = this.house.other, people = 2 } = {}): Promise<Attackers> {
    const { url, auction } = this.house
    const network = (this.#networks += 1)
    const tokens: string[] = []
    for (let i = 1; i <= people; i += 1) tokens.push(await villain(url, network, i))
    const attackers = await callAttackers(attack, { url, auction, other, tokens, count: number, network })
    this.#attackers.add(attackers)
    return attackers
  }

  /**
   * Is attacked, from the first moment on, and throws where honest bidders noticed: in the long form, as in the short one
   * other tests take the processors. A hiccup of this machine passes by, what an attack does it does each time: so it may
   * be tried again. Returns what became of the last attackers.
   */
  async withstand<Name extends AttackName>(
    numbers: Readonly<Record<Name, number>>,
    meanwhile: (attackers: Record<Name, Attackers>) => Promise<void> = async () => {},
  ): Promise<Record<Name, Fates>> {
    const met: string[] = []
    while (met.length < ATTEMPTS) {
      const { quietMs, attackedMs, turnMs, fates, ...more } = await this.#attempt(numbers, meanwhile)
      const rssMiB = [this.house.rssAtFirst, this.house.rss]
      report({ attack: numbers, quietMs, attackedMs, turnMs, ...more, rssMiB, fates })
      const most = 1.5 * quietMs + 20
      if (!isLong || (attackedMs <= most && turnMs <= TURN_MS_MAX)) return fates
      met.push(`${Math.round(attackedMs)} of ${Math.round(most)}, ${Math.round(turnMs)} a turn`)
    }
    throw new Error(`bidders waited, in ms: ${met.join('; ')}, of ${TURN_MS_MAX}`)
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
    const bidding = Promise.all([this.house.bidders.bid(ATTACK_MS), this.#peaceful?.bidders.bid(ATTACK_MS) ?? 0])
    const [attacking] = await Promise.allSettled([attack(), bidding])
    if (attacking.status === 'rejected') throw attacking.reason
    const [attackedMs, quietMs] = await bidding
    const figures = { quietMs, attackedMs, ...(await measured()) }
    const fates = byName(await this.#settled(names, attackers))
    for (const one of attackers) await this.#end(one)
    await this.house.bidders.bid(REST_MS)
    return { ...figures, fates }
  }

  /** What became of them, when they have heard of it: of low priority, they may do so late. */
  async #settled<Name extends AttackName>(names: readonly Name[], attackers: readonly Attackers[]): Promise<Fates[]> {
    const until = performance.now() + SETTLED_MS_MAX
    for (;;) {
      const fates = await Promise.all(attackers.map((one) => one.fates()))
      const areSettled = names.every((name, i) => staying.has(name) || fates[i]!['open'] === undefined)
      if (areSettled || performance.now() > until) return fates
      await pause(100)
    }
  }

  /** What the attacked service's own thread, and what the machine has to do with it. */
  async #meter() {
    const before = this.house.share
    await this.house.longestTurnMs()
    return async () => {
      const after = this.house.share
      const [ranMs, queuedMs] = [after.ran - before.ran, after.queued - before.queued]
      return { turnMs: await this.house.longestTurnMs(), ranMs, queuedMs }
    }
  }

  async close(): Promise<void> {
    for (const attackers of this.#attackers) await attackers.end()
    await this.house.close()
    await this.#peaceful?.close()
  }

  async #end(attackers: Attackers): Promise<void> {
    this.#attackers.delete(attackers)
    await attackers.end()
  }
}
