import { signal } from '@preact/signals'
import { RoomClient } from '../../src/sdk/index.ts'

/** Where this script came from: the house whose auctions it shows. */
export const house = new URL((document.currentScript as HTMLScriptElement | null)?.src ?? location.href).origin

/** Nothing is shared with the page's other tabs: a lent token is this page's alone. */
export const client = new RoomClient(house, { exclusively: (work) => work() })

export const mayBid = signal(false)
client.session.subscribe(() => (mayBid.value = client.session.holdsToken))

type Lent = { readonly type: 'martillo.token'; readonly accessToken: string; readonly expiresInSeconds: number }

function isLent(message: unknown): message is Lent {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'martillo.token'
}

let popUp: Window | null = null

addEventListener('message', ({ origin, source, data }: MessageEvent<unknown>) => {
  if (origin === house && source === popUp && isLent(data)) client.session.borrow(data)
})

/** The house's own page asks for the password, and lends a token if its owner says so. */
export function signIn(): void {
  const address = `${house}/lend?origin=${encodeURIComponent(location.origin)}`
  popUp = open(address, 'martillo', 'popup,width=440,height=680')
}
