import { Star } from '../shared/star.tsx'
import { room } from './room.ts'

/** The watchlist is of an account; without one, lots are marked in the catalogue. */
export function LotStar() {
  const { id, title } = room.value!.auction
  return <Star id={id} title={title} />
}
