import { limits } from '../config/limits.ts'
import { pictureAt } from '../domain/picture.ts'
import type { HouseRecords, PictureRecords, Pictures } from './house-ports.ts'
import type { Clock } from './ports.ts'

type SweepDependencies = {
  readonly records: PictureRecords
  readonly house: HouseRecords
  readonly pictures: Pictures
  readonly clock: Clock
}

/** What auctions reference: our pictures, and addresses of other sites with their seller. */
type InUse = { readonly names: Set<string>; readonly addresses: Map<string, string> }

/**
 * Deletes pictures that neither an auction nor the house's profile references, one week after their last upload.
 * Unrecorded files are recorded first, so they get that week. Copies of remote pictures are treated alike, and referenced
 * addresses that were never queued are queued.
 */
export async function sweepPictures(
  { records, house, pictures, clock }: SweepDependencies,
  stopping: AbortSignal,
): Promise<void> {
  const at = clock.now()
  const known = await records.known()
  const copies = await records.copies()
  const { names, addresses } = await inUse(records, clock, stopping)
  const { logo } = await house.face()
  if (logo !== null) names.add(pictureAt(logo.path)!)
  for (const [address, sellerId] of addresses) if (!copies.has(address)) await records.want([address], sellerId, at)
  for (const [address, name] of copies)
    if (!addresses.has(address) && isOld(name === null ? undefined : known.get(name), at))
      await records.forgetCopy(address)
    else if (name !== null) names.add(name)
  const there = await pictures.all()
  for (const [name, bytes] of there) {
    stopping.throwIfAborted()
    const uploadedAt = known.get(name)
    if (uploadedAt === undefined) await records.record({ name, userId: null, bytes, at })
    else if (isOld(uploadedAt, at) && !names.has(name) && (await pictures.remove(name))) await records.forget(name)
  }
  for (const name of known.keys()) if (!there.has(name)) await records.forget(name)
}

/** Without a date a copy was never fetched, and it is no longer referenced. */
function isOld(uploadedAt: number | undefined, at: number): boolean {
  return uploadedAt === undefined || at - uploadedAt >= limits.unusedPictureMs
}

async function inUse(records: PictureRecords, clock: Clock, stopping: AbortSignal): Promise<InUse> {
  const names = new Set<string>()
  const addresses = new Map<string, string>()
  for (let after = 0; ;) {
    const auctions = await records.named(after, limits.sweepAuctionsMax)
    for (const { sellerId, images } of auctions)
      for (const image of images) {
        const name = pictureAt(image)
        if (name === null) addresses.set(image, sellerId)
        else names.add(name)
      }
    const last = auctions.at(-1)
    if (last === undefined) return { names, addresses }
    after = last.number
    await clock.yield()
    stopping.throwIfAborted()
  }
}
