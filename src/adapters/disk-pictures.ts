import { createHash, randomUUID } from 'node:crypto'
import { access, mkdir, open, readFile, readdir, rename, rm, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { limits, rates } from '../config/limits.ts'
import { type Instant, SECOND_MS } from '../domain/instant.ts'
import { type PictureSize, pictureFile, readPictureFile } from '../domain/picture.ts'
import { Buckets } from '../engine/bucket.ts'
import { lru } from '../engine/lru.ts'
import { PersonQueue } from '../engine/person-queue.ts'
import type { AddedPicture, PictureArchive, PictureRecords, Pictures, StorageOwner } from '../engine/house-ports.ts'
import type { Clock } from '../engine/ports.ts'
import { type Decoded, costOf, decode, draw, loadSharp, whyRefused } from './picture-decoder.ts'

/** What a file that is being written ends with. */
const HALF = '.half'
/** A name that was looked for is about to be used: by then the auction that names it is stored. */
const ASKED_FOR_MS = 3_600_000
const ASKED_FOR_MAX = 10_000
const ROOM_ENDED = new Set(['ENOSPC', 'EDQUOT'])

export type DiskPicturesParts = {
  readonly records: PictureRecords
  readonly clock: Clock
  /** Whether a person's pixels are counted. */
  readonly limited: boolean
  /** Where the nodes share them; null where this disk is all there is. */
  readonly archive: PictureArchive | null
}

/** Pictures in `DATA_DIR/images`. One is there when its large file is: that is renamed into place last, whole and durable. */
export class DiskPictures implements Pictures {
  readonly #folder: string
  readonly #parts: DiskPicturesParts
  readonly #decoding = new PersonQueue(limits.picturesAtOnce)
  readonly #pixels = new Buckets(rates.pixels)
  readonly #asked = lru<Instant>(ASKED_FOR_MAX)
  readonly #going = new Set<string>()
  #bytes: number

  private constructor(folder: string, bytes: number, parts: DiskPicturesParts) {
    this.#folder = folder
    this.#parts = parts
    this.#bytes = bytes
  }

  /** Counts what is there, and takes away what a crash left half written. */
  static async open(dataDir: string, parts: DiskPicturesParts): Promise<DiskPictures> {
    const folder = join(dataDir, 'images')
    await mkdir(folder, { recursive: true, mode: 0o700 })
    let bytes = 0
    for (const file of await readdir(folder))
      if (file.endsWith(HALF)) await unlink(join(folder, file))
      else bytes += (await stat(join(folder, file))).size
    return new DiskPictures(folder, bytes, parts)
  }

  async add(bytes: Buffer, keeper: StorageOwner): Promise<AddedPicture> {
    if (this.#decoding.size >= limits.picturesWaitingMax) return { result: 'busy' }
    return this.#decoding.run(keeper.userId, () => this.#decodeAndKeep(bytes, keeper))
  }

  async has(name: string): Promise<boolean> {
    if (this.#going.has(name)) return false
    this.#asked.set(name, this.#parts.clock.now())
    const file = pictureFile(name, 'large')
    const isHere = await access(join(this.#folder, file)).then(
      () => true,
      () => false,
    )
    return isHere || (await this.#fetched(file)) !== null
  }

  async read(name: string, size: PictureSize): Promise<Buffer | null> {
    const file = pictureFile(name, size)
    try {
      return await readFile(join(this.#folder, file))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return this.#fetched(file)
      throw error
    }
  }

  /** What another node has added, from now on here as well. */
  async #fetched(file: string): Promise<Buffer | null> {
    const bytes = (await this.#parts.archive?.get(file)) ?? null
    if (bytes !== null) await this.#write(file, bytes).catch(() => {})
    return bytes
  }

  async all(): Promise<ReadonlyMap<string, number>> {
    const bytes = new Map<string, number>()
    for (const [file, size] of (await this.#parts.archive?.sizes()) ?? (await this.#sizes())) {
      const read = readPictureFile(file)
      if (read !== null) bytes.set(read.name, (bytes.get(read.name) ?? 0) + size)
    }
    return bytes
  }

  async #sizes(): Promise<ReadonlyMap<string, number>> {
    const sizes = new Map<string, number>()
    for (const file of await readdir(this.#folder)) {
      const found = await stat(join(this.#folder, file)).catch(() => null)
      sizes.set(file, found?.size ?? 0)
    }
    return sizes
  }

  /** In the same queue as those that are kept: one that comes again meanwhile is written behind it. */
  remove(name: string): Promise<boolean> {
    return this.#decoding.run('', () => this.#remove(name))
  }

  async draw(svg: string): Promise<Buffer | 'busy' | 'unavailable'> {
    if (this.#decoding.size >= limits.picturesWaitingMax) return 'busy'
    return this.#decoding.run('', async () => {
      const sharp = await loadSharp()
      return sharp === null ? 'unavailable' : draw(sharp, svg)
    })
  }

  async #remove(name: string): Promise<boolean> {
    const askedAt = this.#asked.get(name) ?? Number.NEGATIVE_INFINITY
    if (this.#parts.clock.now() - askedAt < ASKED_FOR_MS) return false
    this.#going.add(name)
    const files = (['large', 'small'] as const).map((size) => pictureFile(name, size))
    try {
      await this.#parts.archive?.remove(files)
      for (const file of files) await this.#unlink(file)
    } finally {
      this.#going.delete(name)
    }
    return true
  }

  async #unlink(file: string): Promise<void> {
    const path = join(this.#folder, file)
    const { size } = await stat(path).catch(() => ({ size: 0 }))
    await rm(path, { force: true })
    this.#bytes -= size
  }

  async #decodeAndKeep(bytes: Buffer, keeper: StorageOwner): Promise<AddedPicture> {
    const sharp = await loadSharp()
    if (sharp === null) return { result: 'unavailable' }
    const cost = await costOf(sharp, bytes).catch((error: unknown) => whyRefused(error))
    if (typeof cost === 'string') return { result: 'refused', why: cost }
    const payers = [{ name: keeper.userId, multiplier: 1 }]
    const waitMs = this.#parts.limited ? this.#pixels.take(this.#parts.clock.now(), payers, cost) : 0
    if (waitMs > 0) return { result: 'spent', retryAfterSeconds: Math.ceil(waitMs / SECOND_MS) }
    const decoded = await decode(sharp, bytes).catch((error: unknown) => whyRefused(error))
    return typeof decoded === 'string' ? { result: 'refused', why: decoded } : this.#keep(decoded, keeper)
  }

  async #keep({ width, height, encoded }: Decoded, { userId, bytesMax }: StorageOwner): Promise<AddedPicture> {
    const { records, clock } = this.#parts
    const name = createHash('sha256').update(encoded.large).digest('hex')
    const added = { result: 'added', name, width, height, wasThere: false } as const
    const bytes = encoded.large.length + encoded.small.length
    const known = { name, userId, bytes, at: clock.now() }
    if (await this.has(name)) {
      await records.record(known)
      return { ...added, wasThere: true }
    }
    if (bytesMax !== null && (await records.bytesOf(userId)) + bytes > bytesMax) return { result: 'quota' }
    if (this.#bytes + bytes > limits.imagesBytesTotalMax) return { result: 'full' }
    const files = new Map([
      [pictureFile(name, 'small'), encoded.small],
      [pictureFile(name, 'large'), encoded.large],
    ])
    try {
      await this.#parts.archive?.put(files)
      for (const [file, content] of files) await this.#write(file, content)
    } catch (error) {
      if (ROOM_ENDED.has((error as NodeJS.ErrnoException).code ?? '')) return { result: 'full' }
      throw error
    }
    this.#bytes += bytes
    await records.record(known)
    return added
  }

  /** Under another name first, so that nobody ever reads half of it. */
  async #write(file: string, bytes: Buffer): Promise<void> {
    const half = join(this.#folder, randomUUID() + HALF)
    try {
      await durably(half, 'wx', (written) => written.writeFile(bytes))
      await rename(half, join(this.#folder, file))
    } catch (error) {
      await unlink(half).catch(() => {})
      throw error
    }
    await durably(this.#folder, 'r', async () => {})
  }
}

async function durably(
  path: string,
  flags: 'r' | 'wx',
  work: (opened: Awaited<ReturnType<typeof open>>) => Promise<void>,
): Promise<void> {
  const opened = await open(path, flags, 0o600)
  try {
    await work(opened)
    await opened.sync()
  } finally {
    await opened.close()
  }
}
