import type entry from 'sharp'
import { limits } from '../config/limits.ts'
import { PICTURE_SIDES, type PictureSize } from '../domain/picture.ts'

/** Pictures as they come in, decoded and written anew: whatever else a file held (place, camera, a second format) is gone. */

type Sharp = typeof entry

/** How the kinds that are taken begin. Nothing else is shown to a decoder: no SVG, which may name files, no PDF. */
const STARTS = [/^\xff\xd8\xff/, /^\x89PNG\r\n\x1a\n/, /^GIF8[79]a/, /^RIFF.{4}WEBP/s, /^.{4}ftyp/s]
const START_BYTES = 12
/** AVIF is `heif` to libvips, and so is HEIC, which is not taken. */
const KINDS: ReadonlySet<string> = new Set(['jpeg', 'png', 'gif', 'webp', 'heif av1'])
/** Good to the eye at a fifth of a photograph's size. */
const QUALITY = 82

let loading: Promise<Sharp | null> | null = null

/** Loaded when it is first needed: a machine without its binary runs all the same, and takes no pictures. */
export function loadSharp(): Promise<Sharp | null> {
  loading ??= import('sharp').then(({ default: sharp }) => settled(sharp)).catch(() => null)
  return loading
}

/** No cache, and one thread: bids must not wait for pictures. */
function settled(sharp: Sharp): Sharp {
  sharp.cache(false)
  sharp.concurrency(1)
  return sharp
}

export type Decoded = {
  readonly width: number
  readonly height: number
  readonly encoded: Readonly<Record<PictureSize, Buffer>>
}

/** A warning is no damage: browsers show what decoders only wonder at. What was lost is looked for in their words. */
const READ = { failOn: 'error', limitInputPixels: limits.imagePixelsMax } as const
/** Of libjpeg's warnings those that say that a part of the picture is not there. It tells the first one alone. */
const LOST = /premature end|bad Huffman code|instead of RST|bad arithmetic code|progression sequence/i
const MORE_THAN_ONE = /^read gave (?!1 warnings)/

/** What it costs to decode, in pixels, read off its head. Throws what `whyRefused` explains. */
export async function costOf(sharp: Sharp, bytes: Buffer): Promise<number> {
  const start = bytes.toString('latin1', 0, START_BYTES)
  if (!STARTS.some((kind) => kind.test(start))) throw new Error(UNSUPPORTED)
  const { format, compression, width, height, isProgressive, orientation = 1 } = await sharp(bytes, READ).metadata()
  if (!KINDS.has(compression === undefined ? format : `${format} ${compression}`)) throw new Error(UNSUPPORTED)
  const pixels = width * height
  const isRead = format === 'jpeg' || (format === 'png' && orientation === 1)
  if ((!isRead || isProgressive) && pixels > limits.imagePixelsHeldMax) throw new Error(LARGE_HELD)
  if (format !== 'heif') return pixels
  if (pixels > limits.avifPixelsMax) throw new Error(LARGE_AVIF)
  return pixels * limits.avifPixelCost
}

/** The first frame, upright and in sRGB, as WebP in both sizes. Throws what `whyRefused` explains. For what `costOf` was asked. */
export async function decode(sharp: Sharp, bytes: Buffer): Promise<Decoded> {
  const warnings: string[] = []
  const { data, info } = await sharp(bytes, READ)
    .on('warning', (warning: string) => warnings.push(warning))
    .timeout({ seconds: limits.imageSecondsMax })
    .autoOrient()
    .resize(within(PICTURE_SIDES.large))
    .raw()
    .toBuffer({ resolveWithObject: true })
  if (warnings.some((warning) => LOST.test(warning) || MORE_THAN_ONE.test(warning))) throw new Error(BROKEN)
  const { width, height, channels } = info
  const pixels = () => sharp(data, { raw: { width, height, channels } }).timeout({ seconds: limits.imageSecondsMax })
  const webp = { quality: QUALITY }
  const large = await pixels().webp(webp).toBuffer()
  const small = await pixels().resize(within(PICTURE_SIDES.small)).webp(webp).toBuffer()
  return { width, height, encoded: { large, small } }
}

/** A drawing of ours as PNG. It names no file and no address: nothing is read for it but the fonts of the machine. */
export async function draw(sharp: Sharp, svg: string): Promise<Buffer> {
  return sharp(Buffer.from(svg)).timeout({ seconds: limits.imageSecondsMax }).png({ palette: true }).toBuffer()
}

function within(side: number) {
  return { width: side, height: side, fit: 'inside', withoutEnlargement: true } as const
}

/** As sharp says it itself. */
const UNSUPPORTED = 'unsupported image format'
const LARGE_AVIF = 'too large an AVIF'
const LARGE_HELD = 'too large to be held'
const BROKEN = 'a part is not there'

/** What to tell whoever sent it. */
export function whyRefused(error: unknown): string {
  const { message } = error as Error
  if (message.includes(UNSUPPORTED)) return 'must be a JPEG, PNG, WebP, AVIF or GIF'
  if (message === LARGE_AVIF) return `must not have more than ${limits.avifPixelsMax} pixels as AVIF`
  if (message === LARGE_HELD)
    return `must not have more than ${limits.imagePixelsHeldMax} pixels but as a JPEG that is not progressive`
  if (message.includes('pixel limit')) return `must not have more than ${limits.imagePixelsMax} pixels`
  if (message.startsWith('timeout')) return 'takes too long to decode'
  return 'is broken: it could not be decoded to the end'
}
