import { z } from 'zod'
import type { Auction } from '../domain/auction.ts'
import { toWire } from '../domain/instant.ts'
import type { Rejection } from '../domain/rejection.ts'
import { type Lowering, type Offer, idempotencyKey } from '../domain/schema.ts'
import { outcomeOf } from '../domain/view.ts'
import { type AnswerFacts, answerFacts, outcomeView, paddle } from '../domain/wire.ts'
import { type PublicJwk, type Signer, exactJwk, signJws } from './jws.ts'
import { count, hash, id, time } from './shapes.ts'

/** What the house signs: receipts, certificates, checkpoints and changes of its key. The shapes are in docs/ledger.md. */

const sum = z.int().min(1)

const accepted = z.strictObject({
  type: z.literal('accepted'),
  auction: id,
  bid: id,
  paddle,
  key: idempotencyKey,
  commitment: hash,
  outcome: answerFacts.shape.outcome,
  price: sum,
  leader: paddle,
  closesAt: time,
  at: time,
  seq: count.nullable(),
  asOfSeq: count,
  head: hash,
})

const refused = z.strictObject({
  type: z.literal('refused'),
  auction: id,
  key: idempotencyKey,
  offer: z.union([
    z.strictObject({ amount: sum }),
    z.strictObject({ maximum: sum }),
    z.strictObject({ atMost: sum }),
    z.strictObject({ minimum: sum }),
    z.strictObject({ atLeast: sum }),
    // Of a bid that may not be there: what stood in the path, as it was.
    z.strictObject({ lowerTo: sum, bid: z.string().max(100) }),
  ]),
  code: z.string(),
  // What a code has to say is held to the rules, field by field.
  fields: z.looseObject({ minimumBid: z.int().optional() }),
  at: time,
  asOfSeq: count,
  head: hash,
})

export const receipt = z.discriminatedUnion('type', [accepted, refused])
export type Receipt = z.output<typeof receipt>

/** Where a ledger stood: the number of public entries and the hash of the last. */
export type Place = { readonly asOfSeq: number; readonly head: string }

/** What binds the house to a bid it took: at which entry, under which head, with which commitment. */
export function signAccepted(
  signer: Signer,
  said: AnswerFacts & { auction: string; key: string; commitment: string } & Place,
): string {
  const { auction, key, commitment, bid, outcome, price, leader, closesAt, seq, asOfSeq, head } = said
  const { id, paddle, at } = bid
  const payload: Receipt = {
    type: 'accepted',
    auction,
    bid: id,
    paddle,
    key,
    commitment,
    outcome,
    price,
    leader,
    closesAt,
    at,
    seq,
    asOfSeq,
    head,
  }
  return signJws(signer, 'receipt', payload)
}

export type Refusal = {
  auction: string
  key: string
  offer: Offer | Lowering
  at: number
  rejection: Rejection
} & Place

/** What binds the house to a refusal: the state of the ledger it follows from. */
export function signRefused(signer: Signer, { rejection, at, ...said }: Refusal): string {
  const payload = { type: 'refused', ...said, at: toWire(at), code: rejection.rejected, fields: rejection.fields }
  return signJws(signer, 'receipt', payload)
}

export const certificate = z.strictObject({
  type: z.literal('certificate'),
  auction: id,
  status: z.enum(['closed', 'cancelled']),
  outcome: z.strictObject(outcomeView.shape).nullable(),
  entries: count,
  head: hash,
  extensions: count,
  at: time,
  rules: hash,
  software: z.string().regex(/^[\w .+-]{1,64}$/),
  previous: hash,
})
export type Certificate = z.output<typeof certificate>

/** What the house states at the close. `previous` is the leaf hash of the statement before in the operator's log. */
export function signCertificate(
  signer: Signer,
  {
    auction,
    head,
    ...rest
  }: {
    auction: Pick<Auction, 'id' | 'stage' | 'seq' | 'extensions'>
    head: string
    at: number
    rules: string
    software: string
    previous: string
  },
): string {
  const status = auction.stage.status === 'cancelled' ? 'cancelled' : 'closed'
  const payload: Certificate = {
    type: 'certificate',
    auction: auction.id,
    status,
    outcome: outcomeOf(auction.stage),
    entries: auction.seq,
    head,
    extensions: auction.extensions,
    ...rest,
    at: toWire(rest.at),
  }
  return signJws(signer, 'certificate', payload)
}

export const keyStatement = z.strictObject({
  type: z.literal('key'),
  key: exactJwk,
  reason: z.enum(['first', 'rotated', 'lost']),
  at: time,
  previous: hash,
})
export type KeyStatement = z.output<typeof keyStatement>

/** That this key signs from now on: said by the key before it, or, where there is none at hand, by itself. */
export function signKey(
  signer: Signer,
  { at, ...rest }: { key: PublicJwk; reason: KeyStatement['reason']; at: number; previous: string },
): string {
  return signJws(signer, 'key', { type: 'key', ...rest, at: toWire(at) })
}

export const checkpoint = z.strictObject({ type: z.literal('checkpoint'), size: count, root: hash, at: time })
export type Checkpoint = z.output<typeof checkpoint>

export function signCheckpoint(signer: Signer, { size, root, at }: { size: number; root: string; at: number }): string {
  return signJws(signer, 'checkpoint', { type: 'checkpoint', size, root, at: toWire(at) })
}

export const logProof = z
  .object({
    certificate: z.string().meta({ description: 'As it is in the log: the leaf' }),
    index: count,
    size: count,
    hashes: z.array(hash).meta({ description: 'RFC 6962, 2.1.1' }),
    checkpoint: z.string().meta({ description: 'The signed root of the first `size` statements' }),
  })
  .meta({ id: 'LogProof' })
export type LogProof = z.output<typeof logProof>

export const logConsistency = z
  .object({
    from: count,
    to: count,
    hashes: z.array(hash).meta({ description: 'RFC 6962, 2.1.2' }),
  })
  .meta({ id: 'LogConsistency' })
