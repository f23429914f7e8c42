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
