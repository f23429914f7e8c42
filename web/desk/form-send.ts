import { type AuctionView, newKey } from '../../src/sdk/index.ts'
import { client } from '../shared/full-client.ts'
import { additionsTo, changesOf, newAuction, opensAtOf } from './form-body.ts'
import { discard, original, passOn } from './form.ts'

export type Wish = 'draft' | 'publish' | 'save' | 'add'

/** Of the auction that is being made: pressed again where no answer came, it makes no second one. */
let key = newKey()

async function create(asDraft: boolean): Promise<AuctionView> {
  const made = await client.create(newAuction(asDraft), key)
  key = newKey()
  passOn()
  return made
}

/** Does with the form what was wished for; null where it changes nothing. Throws as the client does, and loses nothing. */
export async function send(wish: Wish): Promise<AuctionView | null> {
  const view = original.peek()
  const saved = view === null ? await create(wish === 'draft') : await change(view, wish)
  if (saved !== null) discard()
  return saved
}

function change(view: AuctionView, wish: Wish): Promise<AuctionView | null> {
  if (wish === 'publish') return publish(view)
  const changes = wish === 'add' ? additionsTo(view) : changesOf(view)
  return changes === null ? Promise.resolve(null) : client.update(view.id, changes)
}

async function publish(view: AuctionView): Promise<AuctionView> {
  const changes = changesOf(view)
  if (opensAtOf() !== null) return client.update(view.id, { ...changes, status: 'scheduled' })
  if (changes !== null) original.value = await client.update(view.id, changes)
  return client.open(view.id)
}
