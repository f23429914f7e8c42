import { signal } from '@preact/signals'
import { ProblemError } from '../../src/sdk/index.ts'
import { mention } from '../shared/announce.tsx'
import { explain } from '../shared/refusals.ts'
import { client } from '../shared/full-client.ts'
import { loadForm, saveForm } from './form-store.ts'
import { form, formKey, set } from './form.ts'
import { deskWords } from './words.ts'

/** A picture on its way, or one that was refused. `key` says to which form it belongs. */
export type Upload = {
  readonly number: number
  readonly key: string
  readonly file: File
  readonly refusal: string | null
}

const PICTURES_MAX = 20
const BYTES_MAX = 10 * 1024 * 1024
export const TYPES = ['image/jpeg', 'image/png', 'image/webp', 'image/avif', 'image/gif']

/** By its type, or by its name where the system knows no type. */
const HEIC = /(?:^image\/|\.)hei[cf](?:-sequence)?$/i

export const uploads = signal<readonly Upload[]>([])

let count = 0

/** Sends files; what is plainly no picture of ours is refused without being sent. */
export function take(files: readonly File[]): void {
  const key = formKey.peek()
  let free = PICTURES_MAX - form.peek().images.length - coming(key)
  for (const file of files) {
    const refusal = refusalOf(file, free)
    count += 1
    const upload: Upload = { number: count, key, file, refusal }
    uploads.value = [...uploads.peek(), upload]
    if (refusal !== null) continue
    free -= 1
    void send(upload)
  }
}

/** How many are on their way to a form. */
export function coming(key: string): number {
  return uploads.value.filter((one) => one.key === key && one.refusal === null).length
}

export function dismiss({ number }: Upload): void {
  uploads.value = uploads.peek().filter((one) => one.number !== number)
}

/** Why a file is not even sent, or null. */
export function refusalOf({ name, type, size }: File, free: number): string | null {
  const { refusedPicture } = deskWords.peek()
  if (HEIC.test(type) || HEIC.test(name)) return refusedPicture.heic
  if (!TYPES.includes(type)) return refusedPicture.type
  if (size > BYTES_MAX) return refusedPicture.size
  return free <= 0 ? refusedPicture.many : null
}

async function send(upload: Upload): Promise<void> {
  try {
    const { url } = await client.upload(upload.file)
    dismiss(upload)
    addTo(upload.key, url)
    mention('picture', deskWords.peek().sentPicture)
  } catch (error) {
    const refusal = explained(error)
    uploads.value = uploads.peek().map((one) => (one.number === upload.number ? { ...one, refusal } : one))
  }
}

/** Why the service took no picture, by its fault. */
export function explained(error: unknown): string {
  const { refusedPicture } = deskWords.peek()
  const code = error instanceof ProblemError ? error.code : null
  if (code === 'payload_too_large') return refusedPicture.size
  if (code === 'unsupported_media_type') return refusedPicture.type
  return code === 'invalid_request' ? refusedPicture.unreadable : explain(error)
}

/** To the form it was chosen for, even if another is open by now. */
function addTo(key: string, address: string): void {
  if (key === formKey.peek()) return place([...form.peek().images, address])
  const kept = loadForm(key)
  if (kept !== null) saveForm(key, { ...kept, images: [...new Set([...kept.images, address])] })
}

export function place(images: readonly string[]): void {
  set('images', [...new Set(images)])
}

/** Adds pictures by their addresses; gives what is wrong with them, or null. */
export function addAddresses(typed: string): string | null {
  const { refusedPicture } = deskWords.peek()
  const { images } = form.peek()
  const addresses = typed.split(/\s+/).filter((one) => one !== '')
  const isAddress = (one: string) => one.startsWith('https://') && URL.canParse(one)
  if (addresses.length === 0 || !addresses.every(isAddress)) return refusedPicture.address
  if (addresses.some((one) => images.includes(one))) return refusedPicture.twice
  if (images.length + coming(formKey.peek()) + addresses.length > PICTURES_MAX) return refusedPicture.many
  place([...images, ...addresses])
  mention('picture', deskWords.peek().sentPicture)
  return null
}
