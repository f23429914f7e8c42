import type { Instant } from '../domain/instant.ts'
import type { PictureSize } from '../domain/picture.ts'

/** Ports of storage for the house's profile and for pictures. */

/** A version of the terms of use. `sha256` is the hash of the text in UTF-8, in hexadecimal. */
export type HouseTerms = {
  readonly version: number
  readonly sha256: string
  readonly at: Instant
  readonly text: string
}

/** What every page shows of the house. Null is what nobody has set. */
export type HouseFace = {
  /** How often the profile was changed; identifies its state. */
  readonly changes: number
  readonly name: string | null
  /** The path of a stored picture, and its size in pixels. */
  readonly logo: { readonly path: string; readonly width: number; readonly height: number } | null
  readonly accent: { readonly light: string; readonly dark: string } | null
  /** An e-mail address, or the address of a page. */
  readonly contact: string | null
  readonly has: Readonly<Record<'imprint' | 'privacy' | 'terms', boolean>>
}

export type House = HouseFace & {
  readonly imprint: string | null
  readonly privacy: string | null
  readonly terms: HouseTerms | null
}

export type HouseChanges = Partial<
  Pick<House, 'name' | 'logo' | 'accent' | 'contact' | 'imprint' | 'privacy'> & { readonly terms: string | null }
>

/** The house's profile: name, logo, colours, contact and legal texts. */
export interface HouseReads {
  face(): Promise<HouseFace>
  house(): Promise<House>
  /** Returns any version that was ever in force, or null. */
  terms(version: number): Promise<HouseTerms | null>
}

export interface HouseWrites {
  /**
   * Changes the profile. A different text of the terms becomes a new version. `changed`: the profile is no longer in the
   * state `ifChanges`.
   */
  changeHouse(changes: HouseChanges, at: Instant, ifChanges: number | null): Promise<House | 'changed'>
}

export type HouseRecords = HouseReads & HouseWrites

/**
 * The result of an upload. `name` is derived from the content, which may have been stored before; width and height in
 * pixels are those of the large file.
 */
export type AddedPicture =
  | {
      readonly result: 'added'
      readonly name: string
      readonly width: number
      readonly height: number
      readonly wasThere: boolean
    }
  | { readonly result: 'refused'; readonly why: string }
  /** The person has used up their budget of decoded pixels. */
  | { readonly result: 'spent'; readonly retryAfterSeconds: number }
  /** Too many uploads wait (`busy`); the disk limit (`full`) or the person's quota is reached; no decoder is installed. */
  | { readonly result: 'busy' | 'full' | 'quota' | 'unavailable' }

/** Whose quota a picture counts against. `bytesMax` bounds all of their pictures together; null is no bound. */
export type StorageOwner = { readonly userId: string; readonly bytesMax: number | null }

/** The record of a picture on disk. `userId` uploaded it first, null if unknown; `at` is its last upload. */
export type RecordedPicture = {
  readonly name: string
  readonly userId: string | null
  readonly bytes: number
  readonly at: Instant
}

/** The pictures that one auction references. */
export type ReferencedPictures = {
  readonly number: number
  readonly sellerId: string
  readonly images: readonly string[]
}

/** A picture of another site that is to be fetched. */
export type Copy = { readonly address: string; readonly userId: string; readonly tries: number }

/** Records about pictures; `Pictures` holds their bytes. */
export interface PictureReads {
  bytesOf(userId: string): Promise<number>
  /** By name of each recorded picture, when it was last uploaded. */
  known(): Promise<ReadonlyMap<string, Instant>>
  /** The pictures referenced by auctions, in the order of their row ids, after one of them. */
  named(after: number, limit: number): Promise<readonly ReferencedPictures[]>
  /** The name of our copy of a remote picture, or null. */
  copyOf(address: string): Promise<string | null>
  /** Every address that was ever queued, with the name of our copy. */
  copies(): Promise<ReadonlyMap<string, string | null>>
  /**
   * The oldest addresses due of each person, persons in turn: at most `most` in all, and `most` of a person, those under
   * way included.
   */
  dueCopies(at: Instant, most: number, underWay: readonly string[]): Promise<readonly Copy[]>
}

export interface PictureWrites {
  /** Records an upload. The first owner stays; the date moves. */
  record(picture: RecordedPicture): Promise<void>
  forget(name: string): Promise<void>
  /** Queues addresses of other sites to be fetched. Those that are queued or copied already stay as they are. */
  want(addresses: readonly string[], userId: string, at: Instant): Promise<void>
  copied(address: string, name: string): Promise<void>
  /** Schedules the next try; null gives the address up. */
  copyFailed(address: string, nextAt: Instant | null): Promise<void>
  forgetCopy(address: string): Promise<void>
}

export type PictureRecords = PictureReads & PictureWrites

/** The bytes of pictures where several nodes share them: each node's disk only has copies. Files are named as on disk. */
export interface PictureArchive {
  put(files: ReadonlyMap<string, Buffer>): Promise<void>
  get(file: string): Promise<Buffer | null>
  /** Bytes by file. */
  sizes(): Promise<ReadonlyMap<string, number>>
  remove(files: readonly string[]): Promise<void>
}

export interface Pictures {
  /** Decodes a picture and stores it as WebP in both sizes, durable when this returns. */
  add(bytes: Buffer, keeper: StorageOwner): Promise<AddedPicture>
  has(name: string): Promise<boolean>
  /** Returns its WebP, or null. */
  read(name: string, size: PictureSize): Promise<Buffer | null>
  /** The bytes on disk of each picture, by name. */
  all(): Promise<ReadonlyMap<string, number>>
  /** Removes a picture. Returns false if somebody is about to use it. */
  remove(name: string): Promise<boolean>
  /** Renders an SVG of our own as PNG, in the same queue as uploads. Nothing of it is stored. */
  draw(svg: string): Promise<Buffer | 'busy' | 'unavailable'>
}
