import { type ReadonlySignal, effect, signal } from '@preact/signals'
import type { MyBid } from '../../src/sdk/index.ts'
import { user } from '../shared/session.ts'

type Standings = ReadonlySignal<ReadonlyMap<string, MyBid['standing']>>

const loaded = signal<Standings | null>(null)

/** Where the reader stands in a lot; undefined where they have not bid, or are nobody that is known. */
export function standing(id: string): MyBid['standing'] | undefined {
  return loaded.value?.value.get(id)
}

effect(() => {
  if (!user.value) return
  import('./mine.ts')
    .then(async (mine) => {
      await mine.readStandings()
      loaded.value = mine.standings
    })
    .catch(() => undefined)
})
