import { signal } from '@preact/signals'
import { RoomClient, type UserView } from '../../src/sdk/index.ts'

/** Set while somebody is signed in: a passer-by's pages need not ask. */
const KEPT = 'martillo.signed-in'
/** Set while a page renews the session: one that was left in the middle of it may still be about to. */
const RENEWING = 'martillo.renewing'
const SETTLE_MS = 1_500

/** One tab at a time, and not before the renewal of a page that was just left has had time to arrive. */
async function exclusively<Result>(work: () => Promise<Result>): Promise<Result> {
  const renew = async () => {
    const since = Date.now() - Number(localStorage.getItem(RENEWING) ?? 0)
    if (since >= 0 && since < SETTLE_MS) await new Promise((resolve) => setTimeout(resolve, SETTLE_MS - since))
    localStorage.setItem(RENEWING, String(Date.now()))
    try {
      return await work()
    } finally {
      localStorage.removeItem(RENEWING)
    }
  }
  // Browsers keep locks from pages that came over plain HTTP.
  const locks = (navigator as Partial<Navigator>).locks
  return locks === undefined ? renew() : locks.request('martillo-refresh', renew)
}

export const client = new RoomClient(location.origin, { exclusively })

/** Who is signed in; undefined while that is not known yet. */
export const user = signal<UserView | null | undefined>(undefined)

client.session.subscribe(() => {
  user.value = client.session.user
  if (client.session.user === null) localStorage.removeItem(KEPT)
  else localStorage.setItem(KEPT, '1')
})

/** Finds out who is signed in, once for each page. */
export async function recognise(): Promise<void> {
  if (localStorage.getItem(KEPT) !== null) await client.refresh().catch(() => false)
  user.value ??= null
}
