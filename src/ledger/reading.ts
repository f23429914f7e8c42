import { z } from 'zod'
import { DEFAULT_FORMAT } from '../domain/formats/shapes.ts'
import { keptReason } from '../domain/schema.ts'
import { bidOpening, eventData } from '../domain/wire.ts'
import type { ChannelEvent } from '../protocol.ts'
import { isCanonical, readCanonical } from './canonical.ts'
import { GENESIS, hashOf, readEntry } from './chain.ts'
import { LEDGER_FORM, type LedgerHeader, ending, formOf, header } from './file.ts'
import { formatIn } from './openings.ts'
import { fieldIn, hash, id, isExactly } from './shapes.ts'
import type { LogProof } from './statements.ts'
import { Wrong } from './wrong.ts'

/** An exported ledger line by line: every line canonical and of its shape, every entry linked to the one before. */

export type LedgerFile = {
  readonly stated: LedgerHeader
  readonly events: readonly ChannelEvent[]
  readonly ending: LogProof | null
}

export async function readFile(lines: AsyncIterable<string>): Promise<LedgerFile> {
  let stated: LedgerHeader | null = null
  let last: LogProof | null = null
  const events: ChannelEvent[] = []
  let head = GENESIS
  let number = 0
  for await (const line of lines) {
    number += 1
    if (line === '') throw new Wrong(number, 'is empty')
    if (!isCanonical(line)) throw new Wrong(number, 'is not canonical JSON (RFC 8785) without numbers')
    if (stated === null) {
      stated = read(header, line)
      if (stated === null) throw new Wrong(number, 'is not the header of a "martillo ledger v3", or v2')
    } else if (last !== null) throw new Wrong(number, 'something follows the certificate')
    else if (isEnding(line)) last = readEnding(line, number)
    else {
      events.push(readNext(stated, { seq: events.length, head }, line, number))
      head = hashOf(line)
    }
  }
  if (stated === null) throw new Wrong(1, 'the file is empty')
  if (events.length === 0) throw new Wrong(1, 'no entry follows the header: no auction was ever without one')
  if (events[0]!.type === 'auction.created' && stated.ledger !== formOf(events[0]!))
    throw new Wrong(1, `is the header of a "${stated.ledger}", and the first entry is of a "${formOf(events[0]!)}"`)
  if (stated.ledger !== LEDGER_FORM && formatIn(events) !== DEFAULT_FORMAT)
    throw new Wrong(2, 'is of a format that no earlier version had')
  if (stated.entries !== events.length)
    throw new Wrong(events.length + 1, `the header states ${stated.entries} entries, the file holds ${events.length}`)
  if (stated.head !== head) throw new Wrong(events.length + 1, 'the last hash is not the head in the header')
  return { stated, events, ending: last }
}

const certified = z.looseObject({ certificate: z.unknown() })

/** Whether a line means to be the last, whatever else it holds. */
function isEnding(line: string): boolean {
  return 'certificate' in (read(certified, line) ?? {})
}

function readEnding(line: string, number: number): LogProof {
  const proof = read(ending, line)
  if (proof === null) throw new Wrong(number, 'is no proof of a certificate: a field is missing, wrong or unknown')
  return proof
}

const linked = z.strictObject({
  auction: id,
  seq: z.int(),
  type: z.enum(Object.keys(eventData) as [keyof typeof eventData]),
  at: z.string(),
  data: z.looseObject({}),
  private: hash,
  previous: hash,
  commitment: hash.optional(),
  opening: z.strictObject({ reservePrice: z.int().nullable(), salt: hash }).optional(),
  ledger: z.literal(LEDGER_FORM).optional(),
  openings: z
    .array(z.union(bidOpening.options.map((one) => z.strictObject({ ...one.shape, bid: id, salt: hash }))))
    .optional(),
})

function readNext(
  stated: LedgerHeader,
  before: { seq: number; head: string },
  line: string,
  number: number,
): ChannelEvent {
  const entry = read(linked, line)
  if (entry === null) throw new Wrong(number, 'is not an entry')
  if (entry.auction !== stated.auction) throw new Wrong(number, 'is an entry of another auction')
  if (entry.seq !== before.seq + 1) throw new Wrong(number, `has seq ${entry.seq} where ${before.seq + 1} must follow`)
  if (entry.previous !== before.head) throw new Wrong(number, 'does not name the hash of the entry before')
  const shaped = eventData[entry.type].safeParse(entry.data)
  if (!shaped.success)
    throw new Wrong(number, `is no ${entry.type}: ${fieldIn(shaped.error)} is not as the rules write it`)
  if (!isExactly(shaped.data, entry.data)) throw new Wrong(number, 'holds a field that no version of the rules writes')
  const { event } = readEntry(line, hashOf(line), '')
  const field = wrongText(event)
  if (field !== null) throw new Wrong(number, `is no ${entry.type}: ${field} is not as the API takes it`)
  return event
}

/** The field whose text no request can have brought, or null. Those of creations and changes are read as requests. */
function wrongText({ type, data }: ChannelEvent): string | null {
  switch (type) {
    case 'auction.created':
      return id.safeParse(data.seller).success ? null : 'seller'
    case 'bid.placed':
      return id.safeParse(data.bid).success ? null : 'bid'
    case 'closing.extended':
      return data.note === null || isReason(data.note) ? null : 'note'
    case 'bid.voided':
    case 'auction.paused':
    case 'auction.cancelled':
      return isReason(data.reason) ? null : 'reason'
    case 'auction.updated':
    case 'auction.opened':
    case 'auction.resumed':
    case 'auction.closed':
      return null
  }
}

/** As it was kept: it reads into itself. */
function isReason(text: string): boolean {
  return keptReason.safeParse(text).data === text
}

function read<Shape extends z.ZodType>(shape: Shape, line: string): z.output<Shape> | null {
  const given = shape.safeParse(readCanonical(line))
  return given.success ? given.data : null
}
