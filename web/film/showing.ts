import { signal } from '@preact/signals'
import { type AuctionView, type FilmView, ProblemError } from '../../src/sdk/index.ts'
import { given } from '../shared/given.ts'
import { user } from '../shared/session.ts'

export type Step = FilmView['steps'][number]
export type Showing = {
  readonly auction: Pick<AuctionView, 'id' | 'title' | 'currency' | 'outcome'>
  readonly film: FilmView
}

export const auctionId = location.pathname.split('/').at(-2)!
/** Null while it is read, or where there is none. */
export const showing = signal<Showing | null>(given<Showing>())
/** Why there is none: the auction is not over, only members watch, or nothing was answered. */
export const lacking = signal<'film' | 'name' | 'answer' | null>(null)

/** Where the page came without: of an auction that is not over, or where only members watch. */
export async function read(): Promise<void> {
  lacking.value = null
  await known()
  try {
    const { client } = await import('../shared/full-client.ts')
    const [auction, film] = await Promise.all([client.auction(auctionId), client.film(auctionId)])
    showing.value = { auction, film }
  } catch (error) {
    const code = error instanceof ProblemError ? error.code : null
    lacking.value = code === null ? 'answer' : code === 'unauthenticated' ? 'name' : 'film'
  }
}

/** Resolves when it is known who is here, so that a member is not turned away first. */
function known(): Promise<void> {
  return new Promise((resolve) => {
    const stop = user.subscribe((who) => {
      if (who === undefined) return
      resolve()
      queueMicrotask(() => stop())
    })
  })
}
