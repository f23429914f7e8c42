/**
 * Pictures of our own. A picture is named by its content, 64 hexadecimal digits, and found at a path below the service's
 * address, which an auction's `images` may hold.
 */

/** At most this on the longer side, in pixels: what a large screen shows, and what a card in the catalogue does. */
export const PICTURE_SIDES = { large: 1600, small: 640 } as const
export type PictureSize = keyof typeof PICTURE_SIDES

/** What a telephone's HEIC begins with: a box of the type, and the brand. */
const HEIC = /^.{4}ftyphe(?:i[cmsx]|v[cmsx])/s
const BRAND_ENDS = 12

/** Whether bytes are HEIC, which browsers do not show and most machines cannot decode. */
export function isHeic(bytes: Uint8Array): boolean {
  return HEIC.test(String.fromCharCode(...bytes.subarray(0, BRAND_ENDS)))
}

/** Width and height of a WebP as its first part says them (RFC 9649); null where it is none. */
export function webpSize(bytes: Uint8Array): { readonly width: number; readonly height: number } | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.byteLength < WEBP_HEAD_BYTES) return null
  switch (String.fromCharCode(...bytes.subarray(12, 16))) {
    case 'VP8 ':
      return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff }
    case 'VP8L': {
      const bits = view.getUint32(21, true)
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
    }
    case 'VP8X':
      return { width: (view.getUint32(24, true) & 0xffffff) + 1, height: (view.getUint32(26, true) >>> 8) + 1 }
    default:
      return null
  }
}

const WEBP_HEAD_BYTES = 30

const PATH = /^\/images\/([0-9a-f]{64})\.webp$/
const FILE = /^([0-9a-f]{64})(-640)?\.webp$/

export function pictureFile(name: string, size: PictureSize): string {
  return size === 'large' ? `${name}.webp` : `${name}-640.webp`
}

export function picturePath(name: string, size: PictureSize): string {
  return `/images/${pictureFile(name, size)}`
}

/** Where pages show an entry of `images`: those of other sites as the copy that the service keeps of them. */
export function shownAt(image: string, size: PictureSize): string {
  const name = pictureAt(image)
  if (name !== null) return picturePath(name, size)
  return `/images/copy?${size === 'small' ? 'size=small&' : ''}of=${encodeURIComponent(image)}`
}

/** The picture that an entry of `images` names, or null where it is none of ours. */
export function pictureAt(path: string): string | null {
  return PATH.exec(path)?.[1] ?? null
}

/** What a file name stands for, or null. */
export function readPictureFile(file: string): { readonly name: string; readonly size: PictureSize } | null {
  const [, name, small] = FILE.exec(file) ?? []
  return name === undefined ? null : { name, size: small === undefined ? 'large' : 'small' }
}
