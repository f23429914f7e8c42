import { z } from 'zod'
import { eventData } from '../domain/wire.ts'
import type { ChannelEvent } from '../protocol.ts'
import { isCanonical, readCanonical } from './canonical.ts'
import { GENESIS, hashOf, readEntry } from './chain.ts'
import { LEDGER_FORM, type LedgerHeader, ending, formOf, header } from './file.ts'
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

const hash = z.string().regex(/^[0-9a-f]{64}$/)

const linked = z.strictObject({
  auction: z.string(),
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
    .array(
      z.union([
        z.strictObject({ bid: z.string(), maximum: z.int(), exact: z.boolean(), salt: hash }),
        z.strictObject({ bid: z.string(), raises: z.string(), maximum: z.int(), asOfSeq: z.int(), salt: hash }),
        z.strictObject({ bid: z.string(), lowers: z.string(), maximum: z.int(), asOfSeq: z.int(), salt: hash }),
      ]),
    )
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
    throw new Wrong(
      number,
      `is no ${entry.type}: ${shaped.error.issues[0]!.path.join('.')} is not as the rules write it`,
    )
  return readEntry(line, hashOf(line), '').event
}

function read<Shape extends z.ZodType>(shape: Shape, line: string): z.output<Shape> | null {
  const given = shape.safeParse(readCanonical(line))
  return given.success ? given.data : null
}
