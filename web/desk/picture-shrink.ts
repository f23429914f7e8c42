import type { Kind } from './picture-kind.ts'

/** More than the service keeps of any picture; small enough to be drawn and sent by a telephone. */
export const SIDE_MAX = 4_096
/** A file that is smaller travels as it is. */
const SMALL_BYTES = 2 * 1024 * 1024
const QUALITY = 0.92

/** What is sent of a file, with a type that is true: smaller where it is large, and as JPEG where it is HEIC. Throws where it cannot be drawn. */
export async function prepared(file: Blob, kind: Kind): Promise<Blob> {
  if (kind === 'heic') {
    const { decodeHeic } = await import('./heic.ts')
    return drawn(await decodeHeic(file), 'image/jpeg')
  }
  const whole = file.slice(0, file.size, kind)
  // Of a GIF the service takes the first frame, at whatever size.
  if (file.size <= SMALL_BYTES || kind === 'image/gif') return whole
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' }).catch(() => null)
  // What this browser cannot draw the service may know better.
  if (bitmap === null) return whole
  const isLarge = Math.max(bitmap.width, bitmap.height) > SIDE_MAX
  const smaller = await drawn(bitmap, kind === 'image/jpeg' || kind === 'image/avif' ? 'image/jpeg' : 'image/webp')
  return isLarge || smaller.size < whole.size ? smaller : whole
}

/** Within the longest side, upright, and closed behind. A browser that writes no WebP writes PNG. */
async function drawn(bitmap: ImageBitmap, type: string): Promise<Blob> {
  const { width, height } = bitmap
  const scale = Math.min(1, SIDE_MAX / Math.max(width, height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(width * scale))
  canvas.height = Math.max(1, Math.round(height * scale))
  const context = canvas.getContext('2d')!
  context.imageSmoothingQuality = 'high'
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
  bitmap.close()
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, type, QUALITY))
  // Gives the memory back at once, which some browsers do late.
  canvas.width = 0
  if (blob === null) throw new Error('could not be drawn')
  return blob
}
