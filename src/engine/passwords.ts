import { argon2 as argon2Callback, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { passwordForm } from '../config.ts'
import { type HashRequest, PasswordHashQueue } from './password-hash-queue.ts'

/** Password hashes by argon2id in PHC form, computed on the thread pool, a few at a time. */

const argon2 = promisify(argon2Callback)
/** `memory` in KiB. */
export type PasswordCost = Readonly<Record<'memory' | 'passes' | 'parallelism', number>>
/** OWASP's first choice: 19 MiB, two passes, parallelism 1. */
export const PASSWORD_COST: PasswordCost = { memory: 19_456, passes: 2, parallelism: 1 }
const COST_IN_PHC = /^m=(\d+),t=(\d+),p=(\d+)$/
const TAG_BYTES = 32
const SALT_BYTES = 16

/** One queue for the one thread pool. */
const queue = new PasswordHashQueue()

/** The operator, at the start or on the command line, when nobody else hashes yet. */
const OPERATOR: HashRequest = { for: 'sign-in', address: '127.0.0.1' }

export class Passwords {
  readonly #cost: PasswordCost

  constructor(cost = PASSWORD_COST) {
    this.#cost = cost
  }

  async hash(password: string, request: HashRequest = OPERATOR): Promise<string> {
    const salt = randomBytes(SALT_BYTES)
    const tag = await derive(passwordForm(password), salt, this.#cost, request)
    const { memory, passes, parallelism } = this.#cost
    return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(tag)}`
  }

  /**
   * Takes the same time if there is no hash, so that an unknown address does not answer sooner than a wrong password.
   * Hashes made before passwords were normalised are of the raw input, which is tried second if it differs. This does not
   * depend on the account, so the time reveals nothing.
   */
  async verify(password: string, phc: string | null, request: HashRequest = OPERATOR): Promise<boolean> {
    const form = passwordForm(password)
    if (await this.#matches(form, phc, request)) return true
    return form !== password && (await this.#matches(password, phc, request))
  }

  async #matches(password: string, phc: string | null, request: HashRequest): Promise<boolean> {
    const [, , , cost, salt, tag] = (phc ?? '$$$$$').split('$')
    const nonce = phc === null ? randomBytes(SALT_BYTES) : Buffer.from(salt!, 'base64')
    const derived = await derive(password, nonce, phc === null ? this.#cost : costIn(cost!), request)
    const stored = Buffer.from(tag!, 'base64')
    return phc !== null && stored.length === derived.length && timingSafeEqual(stored, derived)
  }
}

function derive(password: string, nonce: Buffer, cost: PasswordCost, request: HashRequest): Promise<Buffer> {
  return queue.run(request, () => argon2('argon2id', { message: password, nonce, tagLength: TAG_BYTES, ...cost }))
}

function costIn(phc: string): PasswordCost {
  const [, memory, passes, parallelism] = COST_IN_PHC.exec(phc)!.map(Number)
  return { memory: memory!, passes: passes!, parallelism: parallelism! }
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '')
}
