/**
 * Takes out of bytes what differs between any two runs – ids, hashes, keys and signatures – and leaves all else as it is.
 * Each has a name of its length by the order of its first coming, so that which is the same as which is compared as well.
 */
export class Placeholders {
  readonly #names = new Map<string, string>()

  /** What is not random about a text. */
  normal(text: string): string {
    return text
      .replaceAll(JWS, (_, head: string, claims: string, signature: string) => this.#opened(head, claims, signature))
      .replaceAll(UUID, (id) => this.#name('id', id))
      .replaceAll(HEX, (hash) => this.#name('hash', hash))
      .replaceAll(TOKEN, (_, field: string, value: string) => `${field}=${this.#name(field, value)}`)
      .replaceAll(KEY, (_, field: string, value: string) => `"${field}":"${this.#name(field, value)}"`)
  }

  /** A signature hides nothing of what it signs: its claims are looked at like everything else. */
  #opened(head: string, claims: string, signature: string): string {
    const [header, payload] = [head, claims].map((part) => this.normal(Buffer.from(part, 'base64url').toString()))
    return `<${header}.${payload}.${this.#name('signature', signature)}>`
  }

  #name(kind: string, value: string): string {
    let name = this.#names.get(value)
    if (name === undefined) this.#names.set(value, (name = `<${kind} ${this.#names.size}>`.padEnd(value.length, '_')))
    return name
  }
}

const JWS = /\b(eyJ[\w-]+)\.(eyJ[\w-]+)\.([\w-]{86})(?![\w-])/g
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g
/** Of a link in a mail. */
const TOKEN = /\b(verify|token)=([\w-]{43})/g
/** A hash, or the name of a history. */
const HEX = /\b(?:[0-9a-f]{64}|[0-9a-f]{16})\b/g
const KEY = /"(kid|x)":"([\w-]{10,43})"/g
