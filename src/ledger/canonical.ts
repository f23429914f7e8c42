import canonicalize from 'canonicalize'

/** The text of everything that is hashed or signed: RFC 8785 canonical JSON in which every number is a string (docs/ledger.md). */

/** Fields that are numbers on the wire. In a ledger their values are decimal strings. */
const NUMBERS = new Set([
  'amount',
  'asOfSeq',
  'atLeast',
  'atMost',
  'bidCount',
  'bidderCount',
  'buyNowPrice',
  'entries',
  'extensions',
  'extensionSeconds',
  'from',
  'index',
  'lateMilliseconds',
  'lowerTo',
  'maxExtensions',
  'maximum',
  'maximumBid',
  'minimum',
  'minimumBid',
  'number',
  'percent',
  'price',
  'reservePrice',
  'seq',
  'size',
  'startPrice',
  'step',
  'times',
  'windowSeconds',
])

/** Text of these is its own NFC, and JSON writes it as it is. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/
const DECIMAL = /^-?\d+(\.\d+)?$/

/** One line of text. Throws on what could be written in two ways: text that is not NFC or not well-formed, numbers in no field of ours. */
export function canonical(value: object): string {
  return written('', value)
}

/** In one go, as a line is written for every bid; `isCanonical` holds it to the library. */
function written(key: string, value: unknown): string {
  if (typeof value === 'string')
    return PLAIN.test(value) && !NUMBERS.has(key) ? `"${value}"` : quoted(checked(key, value))
  if (typeof value === 'number') return `"${decimal(key, value)}"`
  if (typeof value !== 'object' || value === null) return String(value)
  if (Array.isArray(value)) return `[${value.map((item) => written('', item)).join(',')}]`
  const fields = value as Readonly<Record<string, unknown>>
  let text = ''
  for (const { name, label } of inOrder(Object.keys(fields))) {
    const inner = fields[name]
    if (inner === undefined) continue
    text += (text === '' ? label : `,${label}`) + written(name, inner)
  }
  return `{${text}}`
}

type Field = { readonly name: string; readonly label: string }

/** What our own objects are made of is sorted once; a file that is verified may name its fields as it likes. */
const orders = new Map<string, readonly Field[]>()
const ORDERS_MAX = 500

function inOrder(names: readonly string[]): readonly Field[] {
  const joined = names.join()
  const known = orders.get(joined)
  // A name with a comma in it could be taken for two, were it not for their count.
  if (known?.length === names.length) return known
  const order = names.toSorted().map((name) => ({ name, label: `${quoted(name)}:` }))
  if (orders.size < ORDERS_MAX && names.every((name) => !name.includes(','))) orders.set(joined, order)
  return order
}

function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text)
}

function decimal(key: string, value: number): string {
  const text = String(value)
  if (!NUMBERS.has(key) || !DECIMAL.test(text)) throw new Error(`${key}: ${text} has no place in a ledger`)
  return text
}

/** What reads like a number in a field of numbers would come back as one. */
function checked(key: string, value: string): string {
  if (!PLAIN.test(value) && (!value.isWellFormed() || value.normalize('NFC') !== value))
    throw new Error(`${key}: is not well-formed NFC text`)
  if (NUMBERS.has(key) && DECIMAL.test(value)) throw new Error(`${key}: a number that came as text`)
  return value
}

/** One field's value as it would be written, to compare and to complain. */
export function shown(name: string, value: unknown): string {
  return value === undefined ? 'missing' : canonical({ [name]: value }).slice(name.length + 4, -1)
}

/** What a canonical text says, numbers as numbers again. Throws where it is no JSON. */
export function readCanonical(text: string): unknown {
  return JSON.parse(text, (key, value: unknown) =>
    typeof value === 'string' && NUMBERS.has(key) && isDecimal(value) ? Number(value) : value,
  )
}

/** The one way to write a number: no leading zeros, no trailing ones, nothing that a double does not hold. */
function isDecimal(text: string): boolean {
  return DECIMAL.test(text) && String(Number(text)) === text
}

/** Whether the text is exactly what `canonical` would have written: no number in it, and none that would be read as text. */
export function isCanonical(text: string): boolean {
  try {
    const asWritten = canonical(readCanonical(text) as object) === text && canonicalize(JSON.parse(text)) === text
    return asWritten && text.isWellFormed() && text.normalize('NFC') === text
  } catch {
    return false
  }
}
