import { limits } from '../config/limits.ts'
import type { Clock } from './ports.ts'
import type { RoomRecords } from './room-ports.ts'

/** Removes what was said in rooms and to sellers of auctions that have been over for `roomKeptMs` (ROOM-10). */
export async function sweepRooms(
  { records, clock }: { readonly records: RoomRecords; readonly clock: Clock },
  stopping: AbortSignal,
): Promise<void> {
  const before = clock.now() - limits.roomKeptMs
  while ((await records.sweepRooms(before, limits.roomSweptMax)) > 0) stopping.throwIfAborted()
}
