import { MailServer } from '../support/mail-server.ts'
import { freePort } from '../support/process.ts'
import { Receiver } from '../support/webhook-receiver.ts'
import { send } from './observer.ts'

/** What goes out of a house of the twins, and where it arrives. */

const PUBLIC_URL = 'http://house.example'

/** Every event that a webhook can be told of in the script. */
const EVENTS = [
  'auction.created',
  'auction.updated',
  'auction.opened',
  'bid.placed',
  'closing.extended',
  'bid.voided',
  'auction.paused',
  'auction.resumed',
  'auction.closed',
]

export class TwinPost {
  readonly settings: Record<string, string>
  readonly #mails: MailServer
  readonly #hooks = new Map<string, Receiver>()

  private constructor(mails: MailServer, port: number) {
    this.#mails = mails
    const MAIL_FROM = 'The house <bids@house.example>'
    this.settings = { SMTP_URL: mails.url, MAIL_FROM, WEBHOOKS_PRIVATE: 'on', PUBLIC_URL, PORT: String(port) }
  }

  static async open(): Promise<TwinPost> {
    return new TwinPost(await MailServer.open(), await freePort())
  }

  /** Confirms an address by the token of the mail that came there. */
  async confirm(url: string, address: string): Promise<void> {
    const token = /verify=([\w-]+)/.exec(this.#mails.to(address)[0]!.text!)![1]
    const { status, text } = await send(url, 'POST /v1/users/verification', null, { body: { token } })
    if (status !== 204) throw new Error(text)
  }

  async hook(url: string, owner: string, token: string): Promise<void> {
    const receiver = await Receiver.open()
    receiver.isOfAnyTime = true
    const { json } = await send(url, 'POST /v1/webhooks', token, { body: { url: receiver.url, events: EVENTS } })
    receiver.secret = json.secret as string
    this.#hooks.set(owner, receiver)
  }

  /** The mails of each of them. Those of one moment go beside one another: by their subjects, then in their order. */
  mailsTo(names: readonly string[]): Readonly<Record<string, readonly string[]>> {
    const inOrder = (name: string) => this.#mails.to(addressOf(name)).toSorted(by((mail) => mail.subject!))
    return Object.fromEntries(
      names.map((name) => [
        `mails to ${name}`,
        inOrder(name).map(({ subject, text, html, headers }) =>
          [subject, JSON.stringify(headers.get('list') ?? null), text, html].join('\n'),
        ),
      ]),
    )
  }

  /** What the endpoints of each of them were told, lot by lot. */
  hooksOf(names: readonly string[], lots: readonly string[]): Readonly<Record<string, readonly string[]>> {
    const inOrder = (name: string) =>
      (this.#hooks.get(name)?.arrived ?? []).toSorted(by(({ data }) => String(lots.indexOf(data.auction))))
    return Object.fromEntries(
      names.map((name) => [`webhooks of ${name}`, inOrder(name).map((event) => JSON.stringify(event))]),
    )
  }
}

export function addressOf(name: string): string {
  return `${name.toLowerCase()}@house.example`
}

function by<Item>(keyOf: (item: Item) => string): (one: Item, other: Item) => number {
  return (one, other) => (keyOf(one) < keyOf(other) ? -1 : keyOf(one) > keyOf(other) ? 1 : 0)
}
