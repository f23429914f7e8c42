import { type Signal, signal } from '@preact/signals'
import { RoomClient } from '../../src/sdk/index.ts'

/** Where this script came from: the house whose auctions it shows. */
export const house = new URL((document.currentScript as HTMLScriptElement | null)?.src ?? location.href).origin

/** Who bids in an auction on this page. A token is lent for one auction, so each has its own. */
export type Bidder = { readonly client: RoomClient; readonly mayBid: Signal<boolean> }

const bidders = new Map<string, Bidder>()

/** The same for as long as the page lives, wherever on it the auction is shown. */
export function bidderIn(auction: string): Bidder {
  const known = bidders.get(auction)
  if (known !== undefined) return known
  // Nothing is shared with the page's other tabs: a lent token is this page's alone.
  const client = new RoomClient(house, { exclusively: (work) => work() })
  const mayBid = signal(false)
  client.session.subscribe(() => (mayBid.value = client.session.holdsToken))
  bidders.set(auction, { client, mayBid })
  return { client, mayBid }
}

type Lent = {
  readonly type: 'martillo.token'
  readonly auction: string
  readonly accessToken: string
  readonly expiresInSeconds: number
}

function isLent(message: unknown): message is Lent {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'martillo.token'
}

let popUp: Window | null = null

addEventListener('message', ({ origin, source, data }: MessageEvent<unknown>) => {
  if (origin === house && source === popUp && isLent(data)) bidders.get(data.auction)?.client.session.borrow(data)
})

/** The house's own page asks for the password and for the most to be bid, and lends a token if its owner says so. */
export function signIn(auction: string): void {
  const asked = new URLSearchParams({ origin: location.origin, auction })
  popUp = open(`${house}/lend?${asked}`, 'martillo', 'popup,width=440,height=720')
}
