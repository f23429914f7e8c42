import { randomUUIDv7 } from 'node:crypto'
import { limits, rates } from '../config/limits.ts'
import type { Accounts, User } from './account-ports.ts'
import { Buckets, rejectFor } from './bucket.ts'
import type { Deliveries, NewDelivery } from './delivery-ports.ts'
import type { Emails, TokenPurpose } from './email-ports.ts'
import { type Links, hashOfToken } from './links.ts'
import type { Clock } from './ports.ts'

/** Mails about an account that only tell of something. */
export type AccountNews = 'password_changed' | 'email_changed' | 'email_changing' | 'new_device'

type AccountMailsDependencies = {
  /** Whether the house sends mail. */
  readonly isOn: boolean
  readonly emails: Emails
  readonly deliveries: Deliveries
  readonly accounts: Pick<Accounts, 'userByEmail'>
  readonly links: Links
  readonly clock: Clock
}

/** Mails that prove the control of an address, and those that tell what happened to an account. */
export class AccountMails {
  readonly #deps: AccountMailsDependencies
  /** Of one account: a stranger who names it fills no letter box. */
  readonly #buckets = new Buckets(rates.accountMails)

  constructor(deps: AccountMailsDependencies) {
    this.#deps = deps
  }

  get isOn(): boolean {
    return this.#deps.isOn
  }

  /** Asks the owner of an address to confirm that it is that of this account. */
  async verification({ id }: Pick<User, 'id'>, email: string): Promise<void> {
    await this.#issue(id, 'verification', email)
  }

  /** Sends whoever has this address a link to set a new password; where nobody has it nothing happens. */
  async reset(email: string): Promise<void> {
    const known = await this.#deps.accounts.userByEmail(email)
    if (known !== null) await this.#issue(known.user.id, 'reset', email)
  }

  async #issue(userId: string, purpose: TokenPurpose, email: string): Promise<void> {
    const { isOn, emails, links, clock } = this.#deps
    const now = clock.now()
    const payers = [{ name: userId, multiplier: 1 }]
    if (!isOn || rejectFor(this.#buckets.wait(now, payers, 1)) !== null) return
    this.#buckets.charge(payers, 1)
    const delivery = this.#mail(userId, purpose, { to: email })
    const hash = hashOfToken(links.tokenOf(delivery.id))
    await emails.issue({ hash, userId, purpose, email, expiresAt: now + limits.emailTokenMs }, delivery)
  }

  /** Tells something to the verified address of an account, or to `said.to`. */
  async tell(
    userId: string,
    kind: AccountNews,
    said: { to?: string; device?: string; email?: string } = {},
  ): Promise<void> {
    const { isOn, emails, deliveries } = this.#deps
    if (isOn && (await emails.verifiedAt(userId)) !== null) await deliveries.deliver([this.#mail(userId, kind, said)])
  }

  #mail(userId: string, kind: string, said: object): NewDelivery {
    const id = randomUUIDv7()
    const at = this.#deps.clock.now()
    const body = JSON.stringify(said)
    return { id, way: 'email', stream: `email ${id}`, userId, kind, auctionId: null, body, at, nextAt: at }
  }
}
