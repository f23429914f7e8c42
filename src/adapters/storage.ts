import type { Accounts, Secrets, SigningKeys } from '../engine/account-ports.ts'
import type { HouseRecords, PictureArchive, PictureRecords } from '../engine/house-ports.ts'
import type { Store } from '../engine/ports.ts'

/** All that is behind the ports of storage, whichever engine it is. */
export type Storage = {
  readonly store: Store
  readonly accounts: Accounts
  readonly pictures: PictureRecords
  /** Where nodes share the bytes of pictures; null where DATA_DIR holds them. */
  readonly archive: PictureArchive | null
  readonly house: HouseRecords
  readonly secrets: Secrets
  readonly signingKeys: SigningKeys
  /** Bytes of the database, of what is not checkpointed yet, and free on its disk; what is not known is left out. */
  sizes(): Promise<Readonly<Partial<Record<'database' | 'wal' | 'free', number>>>>
  /** The time of its server, in milliseconds since the epoch with fractions; null where that is the time of this machine. */
  readonly time: (() => Promise<number>) | null
  /** Does what one node at a time may do, such as making the first key. */
  alone<Result>(work: () => Promise<Result>): Promise<Result>
  /** Calls where storage failed when nobody waited for an answer. */
  onFailed(call: (error: Error) => void): void
  close(): Promise<void>
}
