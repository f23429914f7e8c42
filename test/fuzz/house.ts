import { onTestFinished } from 'vitest'
import { ADMIN, signedUp } from '../support/people.ts'
import { type Running, freePort, runService } from '../support/process.ts'
import { temporaryFolder } from '../support/service.ts'
import { Client } from '../../src/sdk/index.ts'
import { lot } from '../http/support.ts'

const RANKS = ['bidder', 'bidder', 'seller', 'admin', 'admin'] as const

/** A service as a process of its own, with people of every rank who sign in anew when they were signed out. */
export class FuzzedHouse {
  readonly url: string
  readonly #running: Running
  readonly #people: (Client | null)[]
  readonly #admin: Client
  #amount = 1_000
  readonly users: string[] = []
  readonly auctions: string[] = []
  readonly bids: string[] = []

  private constructor(running: Running, admin: Client, people: (Client | null)[]) {
    this.url = running.url
    this.#running = running
    this.#admin = admin
    this.#people = people
  }

  static async open(): Promise<FuzzedHouse> {
    const running = await runService(temporaryFolder(), await freePort())
    onTestFinished(async () => void (await running.kill('SIGTERM')))
    const admin = new Client(running.url)
    await admin.signIn(ADMIN.email, ADMIN.password)
    const house = new FuzzedHouse(running, admin, [null])
    for (const role of RANKS) house.#people.push(await house.#newcomer(role))
    // Those who may be blocked, promoted and kept out.
    for (let i = 0; i < 3; i += 1) house.users.push((await signedUp(running.url)).session.user!.id)
    await house.fresh()
    return house
  }

  get actors(): number {
    return this.#people.length + 1
  }

  /** The last one shows a token that is none. */
  async token(actor: number): Promise<string | null> {
    if (actor >= this.#people.length) return 'no.token.atall'
    return (await this.#people[actor]?.session.token()) ?? null
  }

  /** Higher than those before: as people bid, and as a document cannot say. */
  nextAmount(): number {
    this.#amount += 130
    return this.#amount
  }

  /** New auctions to look at; those before are left to themselves. */
  async fresh(): Promise<void> {
    this.auctions.length = 0
    this.#amount = 1_000
    const seller = this.#admin
    const kinds = [
      {},
      {},
      {},
      { status: 'draft' as const },
      { terms: { ...lot.terms, reservePrice: 50_000, softClose: { windowSeconds: 60, extensionSeconds: 60 } } },
    ]
    for (const kind of kinds) this.auctions.push((await seller.create({ ...lot, ...kind })).id)
  }

  /** Somebody else comes in for who signed out while it went on. */
  async welcome(actor: number): Promise<void> {
    this.#people[actor] = await this.#newcomer(RANKS[actor - 1]!)
  }

  async #newcomer(role: (typeof RANKS)[number]): Promise<Client> {
    // The admin may have given the house terms meanwhile.
    const { terms } = await this.#admin.house()
    const person = await signedUp(this.url, role, terms === null ? {} : { terms: terms.sha256 })
    if (role !== 'bidder') await this.#admin.patchUser(person.session.user!.id, { role })
    return person
  }

  /** Alive, and able to take bids. */
  async isWell(): Promise<boolean> {
    const { ok } = await fetch(`${this.url}/readyz`)
    return ok && this.#running.child.exitCode === null
  }
}
