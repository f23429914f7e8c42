import { argon2 as argon2Callback, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { passwordForm } from '../config.ts'
import { type HashRequest, PasswordHashQueue } from './password-hash-queue.ts'

/** argon2id in PHC form, hashed on the thread pool, a few at a time. */

const argon2 = promisify(argon2Callback)
/** `memory` in KiB. */
export type PasswordCost = Readonly<Record<'memory' | 'passes' | 'parallelism', number>>
/** OWASP's first choice: 19 MiB, two passes, one lane. */
export const PASSWORD_COST: PasswordCost = { memory: 19_456, passes: 2, parallelism: 1 }
const COST_IN_PHC = /^m=(\d+),t=(\d+),p=(\d+)$/
const TAG_BYTES = 32
const SALT_BYTES = 16

/** There is one thread pool, and one line for it. */
const hashing = new PasswordHashQueue()

/** The operator, at the start or on the command line: nobody else asks yet. */
const OPERATOR: HashRequest = { for: 'sign-in', address: '127.0.0.1' }

export class Passwords {
  readonly #cost: PasswordCost

  constructor(cost = PASSWORD_COST) {
    this.#cost = cost
  }

  async hash(password: string, asking: HashRequest = OPERATOR): Promise<string> {
    const salt = randomBytes(SALT_BYTES)
    const tag = await derive(passwordForm(password), salt, this.#cost, asking)
    const { memory, passes, parallelism } = this.#cost
    return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(tag)}`
  }

  /**
   * Takes as long where there is no hash: an unknown address must not answer sooner than a wrong password. Hashes of before
   * passwords had one form are of what was typed: that is tried too where it differs, whoever it is.
   */
  async verify(password: string, phc: string | null, asking: HashRequest = OPERATOR): Promise<boolean> {
    const form = passwordForm(password)
    if (await this.#matches(form, phc, asking)) return true
    return form !== password && (await this.#matches(password, phc, asking))
  }

  async #matches(password: string, phc: string | null, asking: HashRequest): Promise<boolean> {
    const [, , , cost, salt, tag] = (phc ?? '$$$$$').split('$')
    const nonce = phc === null ? randomBytes(SALT_BYTES) : Buffer.from(salt!, 'base64')
    const derived = await derive(password, nonce, phc === null ? this.#cost : costIn(cost!), asking)
    const stored = Buffer.from(tag!, 'base64')
    return phc !== null && stored.length === derived.length && timingSafeEqual(stored, derived)
  }
}

function derive(password: string, nonce: Buffer, cost: PasswordCost, asking: HashRequest): Promise<Buffer> {
  return hashing.run(asking, () => argon2('argon2id', { message: password, nonce, tagLength: TAG_BYTES, ...cost }))
}

function costIn(phc: string): PasswordCost {
  const [, memory, passes, parallelism] = COST_IN_PHC.exec(phc)!.map(Number)
  return { memory: memory!, passes: passes!, parallelism: parallelism! }
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '')
}
