import { mkdirSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { limits } from '../../src/config.ts'

/** A canvas of one colour. */
export function canvas(width: number, height: number, background = '#a33'): Sharp {
  return sharp({ create: { width, height, channels: 3, background }, limitInputPixels: false })
}

/** A small PNG of one colour. */
export function painted(width = 40, height = 30, background = '#a33'): Promise<Buffer<ArrayBuffer>> {
  return canvas(width, height, background).png().toBuffer()
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
