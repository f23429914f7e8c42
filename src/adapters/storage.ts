import type { Accounts, Secrets, SigningKeys } from '../engine/account-ports.ts'
import type { Deliveries } from '../engine/delivery-ports.ts'
import type { Emails } from '../engine/email-ports.ts'
import type { DatabaseTime } from '../engine/house-clock.ts'
import type { HouseRecords, PictureArchive, PictureRecords } from '../engine/house-ports.ts'
import type { Store } from '../engine/ports.ts'
import type { Told } from '../engine/told-ports.ts'
import type { Reach } from '../engine/reach-ports.ts'
import type { RoomRecords } from '../engine/room-ports.ts'

/** The storage ports of one engine. */
export type Storage = {
  readonly store: Store
  readonly accounts: Accounts
  readonly pictures: PictureRecords
  /** The picture files that nodes share; null if DATA_DIR holds them. */
  readonly archive: PictureArchive | null
  readonly house: HouseRecords
  readonly told: Told
  readonly deliveries: Deliveries
  readonly emails: Emails
  readonly reach: Reach
  readonly rooms: RoomRecords
  readonly secrets: Secrets
  readonly signingKeys: SigningKeys
  /** Bytes of the database, of its WAL, and free on disk. Unknown ones are left out. */
  sizes(): Promise<Readonly<Partial<Record<'database' | 'wal' | 'free', number>>>>
  /** The time that nodes share; null for an embedded database. */
  readonly time: DatabaseTime | null
  /** Says why acknowledged commits could be lost, and what to do; null if nothing is known. */
  risk(): Promise<string | null>
  /** Runs a step that only one node at a time may run, such as making the first key. */
  alone<Result>(work: () => Promise<Result>): Promise<Result>
  /** Sets what is called when storage fails and no caller is waiting. */
  onFailed(call: (error: Error) => void): void
  close(): Promise<void>
}
