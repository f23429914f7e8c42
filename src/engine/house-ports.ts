import type { Instant } from '../domain/instant.ts'
import type { PictureSize } from '../domain/picture.ts'

/** What is asked of storage about the face of the house and about pictures. */

/** A version of the terms: `sha256` is that of its text in UTF-8, hexadecimal. */
export type HouseTerms = {
  readonly version: number
  readonly sha256: string
  readonly at: Instant
  readonly text: string
}

/** What every page shows of the house; null is what nobody has set. */
export type HouseFace = {
  /** How often it was changed: names this state of it. */
  readonly changes: number
  readonly name: string | null
  /** One of our pictures, and its size in pixels. */
  readonly logo: { readonly path: string; readonly width: number; readonly height: number } | null
  readonly accent: { readonly light: string; readonly dark: string } | null
  /** An e-mail address, or an address of a page. */
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

/** What the house shows of itself. */
export interface HouseReads {
  face(): Promise<HouseFace>
  house(): Promise<House>
  /** Any version that ever held, null where there was none. */
  terms(version: number): Promise<HouseTerms | null>
}

export interface HouseWrites {
  /** Another text of the terms is a new version. `changed`: it is not in the state that was named. */
  changeHouse(changes: HouseChanges, at: Instant, ifChanges: number | null): Promise<House | 'changed'>
}

export type HouseRecords = HouseReads & HouseWrites

/**
 * What came of an upload. `name` is that of the content, which may have been there before; width and height in pixels are
 * those of the large one.
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
  /** As many pixels of this person as may be were decoded. */
  | { readonly result: 'spent'; readonly retryAfterSeconds: number }
  /** Too many wait; there is no room for more, or for more of this person; nothing here can decode it. */
  | { readonly result: 'busy' | 'full' | 'quota' | 'unavailable' }

/** For whom a picture is kept. `bytesMax` bounds all of theirs together; null bounds nothing. */
export type StorageOwner = { readonly userId: string; readonly bytesMax: number | null }

/** A picture on disk: who uploaded it first, where that is known, and when it last was. */
export type RecordedPicture = {
  readonly name: string
  readonly userId: string | null
  readonly bytes: number
  readonly at: Instant
}

/** The pictures that an auction names. */
export type ReferencedPictures = {
  readonly number: number
  readonly sellerId: string
  readonly images: readonly string[]
}

/** A picture of another site that is to be fetched. */
export type Copy = { readonly address: string; readonly userId: string; readonly tries: number }

/** What is known of pictures beside their bytes. */
export interface PictureReads {
  bytesOf(userId: string): Promise<number>
  /** When each was last uploaded. */
  known(): Promise<ReadonlyMap<string, Instant>>
  /** By the auctions after one, in order. */
  named(after: number, limit: number): Promise<readonly ReferencedPictures[]>
  /** The name of our copy, null where there is none. */
  copyOf(address: string): Promise<string | null>
  /** Every address that was wanted, and the name of our copy. */
  copies(): Promise<ReadonlyMap<string, string | null>>
  /** The oldest of each person, persons in turn; of one person at most `most`, those under way counted, and so many in all. */
  dueCopies(at: Instant, most: number, underWay: readonly string[]): Promise<readonly Copy[]>
}

export interface PictureWrites {
  /** Whoever comes first stays; when it was last uploaded counts. */
  record(picture: RecordedPicture): Promise<void>
  forget(name: string): Promise<void>
  /** Addresses of other sites, to be fetched; what is there or under way already stays as it is. */
  want(addresses: readonly string[], userId: string, at: Instant): Promise<void>
  copied(address: string, name: string): Promise<void>
  /** Null: not to be tried again. */
  copyFailed(address: string, nextAt: Instant | null): Promise<void>
  forgetCopy(address: string): Promise<void>
}

export type PictureRecords = PictureReads & PictureWrites

export interface Pictures {
  /** Decodes it, writes it anew as WebP in both sizes, and keeps that: durable when it returns. */
  add(bytes: Buffer, keeper: StorageOwner): Promise<AddedPicture>
  has(name: string): Promise<boolean>
  /** Its WebP, null where there is none. */
  read(name: string, size: PictureSize): Promise<Buffer | null>
  /** Bytes on disk by name. */
  all(): Promise<ReadonlyMap<string, number>>
  /** False where somebody is just about to use it. */
  remove(name: string): Promise<boolean>
  /** A drawing of our own (SVG) as PNG: waits behind those that come in; what it shows is kept nowhere. */
  draw(svg: string): Promise<Buffer | 'busy' | 'unavailable'>
}
