import { mkdirSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { constants, crc32, deflateRawSync } from 'node:zlib'
import sharp, { type Sharp } from 'sharp'
import { limits } from '../../src/config/limits.ts'

/** A canvas of one colour. */
export function canvas(width: number, height: number, background = '#a33'): Sharp {
  return sharp({ create: { width, height, channels: 3, background }, limitInputPixels: false })
}

/** A canvas that does not compress to nothing. */
export function noise(width: number, height: number): Sharp {
  const gaussian = { type: 'gaussian', mean: 128, sigma: 40 } as const
  return sharp({ create: { width, height, channels: 3, background: '#000', noise: gaussian } })
}

/** A small PNG of one colour. */
export function painted(width = 40, height = 30, background = '#a33'): Promise<Buffer<ArrayBuffer>> {
  return canvas(width, height, background).png().toBuffer()
}

/** A black PNG of any size. One row is compressed and repeated: to compress hundreds of millions of pixels takes seconds. */
export function black(width: number, height: number): Buffer {
  const row = Buffer.alloc(1 + 3 * width)
  const packed = deflateRawSync(row, { level: 9, finishFlush: constants.Z_FULL_FLUSH })
  // Adler-32 of that many zeroes.
  const sum = Buffer.from([0, 0, 0, 1])
  sum.writeUInt16BE((row.length * height) % 65_521)
  const head = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0])
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  const rows = Array<Buffer>(height).fill(packed)
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', head),
    chunk('IDAT', Buffer.concat([Buffer.from([0x78, 0xda]), ...rows, deflateRawSync(''), sum])),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** 16 by 16 grey pixels by the standard tables: of six blocks no difference to the one before, and no more. */
const GREY_UNIT = Buffer.from([0x28, 0xa2, 0x8a, 0x00])
const UNIT_SIDE = 16

/** A grey baseline JPEG of any size in such units, turned by a tag: to encode hundreds of millions of pixels takes seconds. */
export async function grey(width: number, height: number): Promise<Buffer> {
  const one = canvas(8, 8, '#808080').withMetadata({ orientation: 6 }).jpeg({ optimiseCoding: false })
  const head = stating(await one.toBuffer(), width, height)
  const scan = head.indexOf(Buffer.from([0xff, 0xda]))
  const units = Buffer.alloc((width / UNIT_SIDE) * (height / UNIT_SIDE) * GREY_UNIT.length, GREY_UNIT)
  return Buffer.concat([head.subarray(0, scan + 2 + head.readUInt16BE(scan + 2)), units, Buffer.from([0xff, 0xd9])])
}

/** A JPEG, baseline or progressive, whose head says that it is of this size. */
export function stating(jpeg: Buffer, width: number, height: number): Buffer {
  const stated = Buffer.from(jpeg)
  const frame = Math.max(jpeg.indexOf(Buffer.from([0xff, 0xc0])), jpeg.indexOf(Buffer.from([0xff, 0xc2])))
  stated.writeUInt16BE(height, frame + 5)
  stated.writeUInt16BE(width, frame + 7)
  return stated
}

function chunk(type: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type), content])
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(content.length)
  check.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, check])
}

/** A file without a block of its own, so large that all pictures together are what they may be, but for some bytes. */
export function leaveNoRoom(dataDir: string, but = 0): void {
  const folder = join(dataDir, 'images')
  mkdirSync(folder, { recursive: true })
  const there = readdirSync(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0)
  const file = join(folder, `${'f'.repeat(64)}.webp`)
  writeFileSync(file, '')
  truncateSync(file, limits.imagesBytesTotalMax - there - but)
}
