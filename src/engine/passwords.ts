import { argon2 as argon2Callback, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import pLimit from 'p-limit'
import { limits } from '../config.ts'

/** argon2id in PHC form, hashed on the thread pool, a few at a time. */

const argon2 = promisify(argon2Callback)
/** OWASP's first choice: 19 MiB, two passes, one lane. */
const COST = { memory: 19_456, passes: 2, parallelism: 1 } as const
const TAG_BYTES = 32
const SALT_BYTES = 16

const hashing = pLimit(limits.hashesAtOnce)

/** Thrown where too many wait already: the answer is try_again. */
export class TooBusy extends Error {
  readonly statusCode = 503
}

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  const tag = await derive(password, salt)
  const { memory, passes, parallelism } = COST
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(tag)}`
}

/** Takes as long where there is no hash: an unknown address must not answer sooner than a wrong password. */
export async function verifyPassword(password: string, phc: string | null): Promise<boolean> {
  const [, , , , salt, tag] = (phc ?? '$$$$$').split('$')
  const derived = await derive(password, phc === null ? randomBytes(SALT_BYTES) : Buffer.from(salt!, 'base64'))
  const stored = Buffer.from(tag!, 'base64')
  return phc !== null && stored.length === derived.length && timingSafeEqual(stored, derived)
}

function derive(password: string, nonce: Buffer): Promise<Buffer> {
  if (hashing.pendingCount >= limits.hashesWaitingMax) return Promise.reject(new TooBusy('too many sign-ins at once'))
  return hashing(() => argon2('argon2id', { message: password, nonce, tagLength: TAG_BYTES, ...COST }))
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '')
}
