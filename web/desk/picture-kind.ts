/** What a file is, by its first bytes: neither its name nor the type that a system guessed from it says so. */
export type Kind = 'image/jpeg' | 'image/png' | 'image/gif' | 'image/webp' | 'image/avif' | 'heic'

const STARTS: readonly (readonly [RegExp, Kind])[] = [
  [/^\xff\xd8\xff/, 'image/jpeg'],
  [/^\x89PNG\r\n\x1a\n/, 'image/png'],
  [/^GIF8[79]a/, 'image/gif'],
  [/^RIFF.{4}WEBP/s, 'image/webp'],
  [/^.{4}ftypavi[fs]/s, 'image/avif'],
  [/^.{4}ftyp(?:hei[cmsx]|hev[cmsx])/s, 'heic'],
]
/** HEIF whose first brand says nothing of what is in it: that stands among those behind. */
const ANY_HEIF = /^.{4}ftyp(?:mif1|msf1)/s
const START_BYTES = 64

/** Null for what is no picture of ours. */
export async function kindOf(file: Blob): Promise<Kind | null> {
  const bytes = new Uint8Array(await file.slice(0, START_BYTES).arrayBuffer())
  const start = String.fromCharCode(...bytes)
  if (ANY_HEIF.test(start)) return start.includes('avif') ? 'image/avif' : 'heic'
  return STARTS.find(([begins]) => begins.test(start))?.[1] ?? null
}
