import { signal } from '@preact/signals'
import { ProblemError } from '../../src/sdk/index.ts'
import { mention } from '../shared/announce.tsx'
import { explain } from '../shared/refusals.ts'
import { loadForm, saveForm } from './form-store.ts'
import { form, formKey, set } from './form.ts'
import { kindOf } from './picture-kind.ts'
import { sendPicture } from './picture-send.ts'
import { prepared } from './picture-shrink.ts'
import { deskWords } from './words.ts'

/** A picture on its way, or one that was refused. `key` says to which form it belongs. */
export type Upload = {
  readonly number: number
  readonly key: string
  readonly file: File
  /** What is sent of it, once that is known. */
  readonly ready: Blob | null
  /** How much of it has gone, from 0 to 1; null before. */
  readonly part: number | null
  readonly refusal: string | null
  /** Whether to send it again may help. */
  readonly mayRetry: boolean
}

const PICTURES_MAX = 20
/** What the service takes. */
const BYTES_MAX = 10 * 1024 * 1024
/** What is read to be made smaller: the largest that cameras write. */
const READ_BYTES_MAX = 100 * 1024 * 1024
/** What a file chooser is to offer; what a file is, its bytes say. */
export const ACCEPTED = 'image/*,.heic,.heif'

export const uploads = signal<readonly Upload[]>([])

let count = 0
/** One is made ready while the one before travels: more at once would fill a telephone's memory. */
let preparing: Promise<unknown> = Promise.resolve()
let sending: Promise<unknown> = Promise.resolve()

/** Takes files in, several at once; each is judged, made ready and sent by itself. */
export function take(files: readonly File[]): void {
  const key = formKey.peek()
  let free = PICTURES_MAX - form.peek().images.length - coming(key)
  for (const file of files) {
    const refusal = free <= 0 ? deskWords.peek().refusedPicture.many : null
    count += 1
    const upload: Upload = { number: count, key, file, ready: null, part: null, refusal, mayRetry: false }
    uploads.value = [...uploads.peek(), upload]
    if (refusal !== null) continue
    free -= 1
    begin(upload)
  }
}

/** How many are on their way to a form. */
export function coming(key: string): number {
  return uploads.value.filter((one) => one.key === key && one.refusal === null).length
}

export function dismiss({ number }: Upload): void {
  uploads.value = uploads.peek().filter((one) => one.number !== number)
}

/** Once more from where it failed. */
export function retry(upload: Upload): void {
  change(upload, { refusal: null, part: null, mayRetry: false })
  begin(upload)
}

function begin(upload: Upload): void {
  const ready = preparing.then(() => prepare(upload))
  preparing = ready
  const sent = Promise.all([ready, sending]).then(([blob]) => (blob === null ? undefined : send(upload, blob)))
  sending = sent
}

/** Null where it was refused. */
async function prepare(upload: Upload): Promise<Blob | null> {
  if (upload.ready !== null) return upload.ready
  const made = await readyFrom(upload.file)
  if ('refusal' in made) {
    change(upload, { ...made, part: null })
    return null
  }
  change(upload, made)
  return made.ready
}

type Made = { readonly ready: Blob } | { readonly refusal: string; readonly mayRetry: boolean }

/** A file as it can be sent, or why it cannot. */
export async function readyFrom(file: File): Promise<Made> {
  const { refusedPicture } = deskWords.peek()
  const refused = (refusal: string, mayRetry = false) => ({ refusal, mayRetry })
  // A file may be gone by now, or be none: folders can be dropped, too.
  const kind = await kindOf(file).catch(() => null)
  if (kind === null) return refused(refusedPicture.type)
  if (file.size > READ_BYTES_MAX) return refused(refusedPicture.size)
  const ready = await prepared(file, kind).catch(() => null)
  if (ready === null) return refused(kind === 'heic' ? refusedPicture.heic : refusedPicture.unreadable, true)
  return ready.size > BYTES_MAX ? refused(refusedPicture.size) : { ready }
}

async function send(upload: Upload, ready: Blob): Promise<void> {
  try {
    change(upload, { part: 0 })
    const { url } = await sendPicture(ready, (part) => change(upload, { part }))
    dismiss(upload)
    addTo(upload.key, url)
    mention('picture', deskWords.peek().sentPicture)
  } catch (error) {
    change(upload, { refusal: explained(error), mayRetry: !isAboutFile(error), part: null })
  }
}

function change({ number }: Upload, changes: Partial<Upload>): void {
  uploads.value = uploads.peek().map((one) => (one.number === number ? { ...one, ...changes } : one))
}

const ABOUT_FILE: readonly string[] = ['payload_too_large', 'unsupported_media_type', 'invalid_request']

/** Whether it would be refused again. */
function isAboutFile(error: unknown): boolean {
  return error instanceof ProblemError && ABOUT_FILE.includes(error.code)
}

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
  const isAddress = (one: string) => one.startsWith('https://') && isUrl(one)
  if (addresses.length === 0 || !addresses.every(isAddress)) return refusedPicture.address
  if (addresses.some((one) => images.includes(one))) return refusedPicture.twice
  if (images.length + coming(formKey.peek()) + addresses.length > PICTURES_MAX) return refusedPicture.many
  place([...images, ...addresses])
  mention('picture', deskWords.peek().sentPicture)
  return null
}

/** URL.canParse, for browsers of the last four years. */
function isUrl(text: string): boolean {
  try {
    return new URL(text).href !== ''
  } catch {
    return false
  }
}
