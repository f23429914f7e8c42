import { argon2 as argon2Callback, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { type Asking, Hashing } from './hashing.ts'

/** argon2id in PHC form, hashed on the thread pool, a few at a time. */

const argon2 = promisify(argon2Callback)
/** OWASP's first choice: 19 MiB, two passes, one lane. */
const COST = { memory: 19_456, passes: 2, parallelism: 1 } as const
const TAG_BYTES = 32
const SALT_BYTES = 16

/** There is one thread pool, and one line for it. */
const hashing = new Hashing()

/** The operator, at the start or on the command line: nobody else asks yet. */
const OPERATOR: Asking = { for: 'sign-in', address: '127.0.0.1' }

export async function hashPassword(password: string, asking: Asking = OPERATOR): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  const tag = await derive(password, salt, asking)
  const { memory, passes, parallelism } = COST
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(tag)}`
}

/** Takes as long where there is no hash: an unknown address must not answer sooner than a wrong password. */
export async function verifyPassword(
  password: string,
  phc: string | null,
  asking: Asking = OPERATOR,
): Promise<boolean> {
  const [, , , , salt, tag] = (phc ?? '$$$$$').split('$')
  const derived = await derive(password, phc === null ? randomBytes(SALT_BYTES) : Buffer.from(salt!, 'base64'), asking)
  const stored = Buffer.from(tag!, 'base64')
  return phc !== null && stored.length === derived.length && timingSafeEqual(stored, derived)
}

function derive(password: string, nonce: Buffer, asking: Asking): Promise<Buffer> {
  return hashing.run(asking, () => argon2('argon2id', { message: password, nonce, tagLength: TAG_BYTES, ...COST }))
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '')
}
