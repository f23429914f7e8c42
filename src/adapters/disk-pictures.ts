import { createHash, randomUUID } from 'node:crypto'
import { access, mkdir, open, readFile, readdir, rename, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import pLimit from 'p-limit'
import { limits } from '../config.ts'
import { type PictureSize, pictureFile } from '../domain/picture.ts'
import type { AddedPicture, Pictures } from '../engine/ports.ts'
import { type Decoded, decode, loadSharp, whyRefused } from './picture-decoder.ts'

/** What a file that is being written ends with. */
const HALF = '.half'
const ROOM_ENDED = new Set(['ENOSPC', 'EDQUOT'])

/** Pictures in `DATA_DIR/images`. One is there when its large file is: that is renamed into place last, whole and durable. */
export class DiskPictures implements Pictures {
  readonly #folder: string
  readonly #decoding = pLimit(limits.picturesAtOnce)
  #bytes: number

  private constructor(folder: string, bytes: number) {
    this.#folder = folder
    this.#bytes = bytes
  }

  /** Counts what is there, and takes away what a crash left half written. */
  static async open(dataDir: string): Promise<DiskPictures> {
    const folder = join(dataDir, 'images')
    await mkdir(folder, { recursive: true, mode: 0o700 })
    let bytes = 0
    for (const file of await readdir(folder))
      if (file.endsWith(HALF)) await unlink(join(folder, file))
      else bytes += (await stat(join(folder, file))).size
    return new DiskPictures(folder, bytes)
  }

  async add(bytes: Buffer): Promise<AddedPicture> {
    if (this.#decoding.pendingCount >= limits.picturesWaitingMax) return { result: 'busy' }
    return this.#decoding(() => this.#decodeAndKeep(bytes))
  }

  async has(name: string): Promise<boolean> {
    return access(join(this.#folder, pictureFile(name, 'large'))).then(
      () => true,
      () => false,
    )
  }

  async read(name: string, size: PictureSize): Promise<Buffer | null> {
    try {
      return await readFile(join(this.#folder, pictureFile(name, size)))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
      throw error
    }
  }

  async #decodeAndKeep(bytes: Buffer): Promise<AddedPicture> {
    const sharp = await loadSharp()
    if (sharp === null) return { result: 'unavailable' }
    const decoded = await decode(sharp, bytes).catch((error: unknown) => whyRefused(error))
    return typeof decoded === 'string' ? { result: 'refused', why: decoded } : this.#keep(decoded)
  }

  async #keep({ width, height, encoded }: Decoded): Promise<AddedPicture> {
    const name = createHash('sha256').update(encoded.large).digest('hex')
    const added = { result: 'added', name, width, height } as const
    if (await this.has(name)) return added
    const bytes = encoded.large.length + encoded.small.length
    if (this.#bytes + bytes > limits.imagesBytesTotalMax) return { result: 'full' }
    try {
      await this.#write(pictureFile(name, 'small'), encoded.small)
      await this.#write(pictureFile(name, 'large'), encoded.large)
    } catch (error) {
      if (ROOM_ENDED.has((error as NodeJS.ErrnoException).code ?? '')) return { result: 'full' }
      throw error
    }
    this.#bytes += bytes
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
