import { limits } from '../config/limits.ts'
import { pictureAt } from '../domain/picture.ts'
import type { HouseRecords, PictureRecords, Pictures } from './house-ports.ts'
import type { Clock } from './ports.ts'

type SweepParts = {
  readonly records: PictureRecords
  readonly house: HouseRecords
  readonly pictures: Pictures
  readonly clock: Clock
}

/** What auctions name: pictures of ours, and addresses of other sites with who sells there. */
type InUse = { readonly names: Set<string>; readonly addresses: Map<string, string> }

/**
 * Takes away pictures that neither an auction names nor the house shows, a week after they were last uploaded; those that nobody recorded are recorded
 * first. Copies of what no auction names any more go the same way, and what was never wanted as one is.
 */
export async function sweepPictures({ records, house, pictures, clock }: SweepParts, gone: AbortSignal): Promise<void> {
  const at = clock.now()
  const known = await records.known()
  const copies = await records.copies()
  const { names, addresses } = await inUse(records, clock, gone)
  const { logo } = await house.face()
  if (logo !== null) names.add(pictureAt(logo.path)!)
  for (const [address, sellerId] of addresses) if (!copies.has(address)) await records.want([address], sellerId, at)
  for (const [address, name] of copies)
    if (!addresses.has(address) && isOld(name === null ? undefined : known.get(name), at))
      await records.forgetCopy(address)
    else if (name !== null) names.add(name)
  const there = await pictures.all()
  for (const [name, bytes] of there) {
    gone.throwIfAborted()
    const uploadedAt = known.get(name)
    if (uploadedAt === undefined) await records.record({ name, userId: null, bytes, at })
    else if (isOld(uploadedAt, at) && !names.has(name) && (await pictures.remove(name))) await records.forget(name)
  }
  for (const name of known.keys()) if (!there.has(name)) await records.forget(name)
}

/** What has no date was never fetched, and nobody wants it any more. */
function isOld(uploadedAt: number | undefined, at: number): boolean {
  return uploadedAt === undefined || at - uploadedAt >= limits.unusedPictureMs
}

async function inUse(records: PictureRecords, clock: Clock, gone: AbortSignal): Promise<InUse> {
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
    gone.throwIfAborted()
  }
}
