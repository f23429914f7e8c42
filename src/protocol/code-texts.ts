import { z } from 'zod'
import type { Code } from '../codes.ts'
import { amount } from '../domain/money-schema.ts'
import { instant } from '../domain/instant.ts'
import { uuid } from '../domain/schema.ts'
import { type Problem, codes, problem } from '../protocol.ts'

/** What the documents say of each code: when it comes, and the fields of its own that a problem then carries. */
export type CodeText = { readonly when: string; readonly fields?: z.ZodRawShape }

const detail = z.string().meta({ description: 'The reason, in a sentence' })
const retryAfterSeconds = z.int().min(1).meta({ description: 'As Retry-After says it' })
const asOfSeq = z.int().nullable().optional().meta({ description: 'The seq of the auction that it stands on' })
const errors = z
  .array(z.object({ path: z.string(), message: z.string() }))
  .meta({ description: 'Each field that is not valid: its path with dots, empty for the whole, and why' })

const texts = {
  invalid_request: {
    when: 'Body, query, path or headers are not as the documents say. Nothing is coerced, and unknown fields are refused.',
    fields: { errors },
  },
  idempotency_key_required: {
    when: 'A bid or a message came without the header Idempotency-Key, or it is empty elsewhere.',
  },
  unauthenticated: { when: 'No token was shown where one is needed, or one that is not or no longer good.' },
  invalid_credentials: { when: 'At sign-in. It does not tell whether there is such an account.' },
  forbidden: {
    when: 'Whoever is signed in may not do this: it takes a seller or an admin, as the operation says, or a page of ours. `detail` says more where there is more.',
  },
  own_auction: { when: 'The seller bids in an auction of their own.', fields: { asOfSeq } },
  above_lent_limit: {
    when: 'A lent token offers more than its owner allowed.',
    fields: { most: amount.meta({ description: 'What was allowed, in minor units' }) },
  },
  bidder_blocked: { when: 'The house or the seller has blocked the bidder.', fields: { asOfSeq } },
  muted: {
    when: 'The seller or the house lets this person write nothing here for a time, or has blocked them. What they read is the same as before.',
    fields: { until: instant.nullable().meta({ description: 'Until when; null for good' }) },
  },
  staff_may_not_bid: {
    when: 'An admin bids in an auction of an admin where STAFF_BIDS is off, or raises unseen what they bid before they were one.',
    fields: { asOfSeq },
  },
  not_found: { when: 'There is nothing at this address.' },
  auction_not_found: { when: 'There is no such auction, or it is a draft of somebody else.' },
  bid_not_found: { when: 'The auction has no such public bid.' },
  user_not_found: { when: 'There is no such user.' },
  message_not_found: { when: 'There is no such message, it was removed, or it is not for whoever asks.' },
  speaker_not_found: { when: 'No paddle and no visitor of this auction has that name.' },
  conversation_not_found: { when: 'There is no such conversation, or it is between others.' },
  method_not_allowed: {
    when: 'The address is known, the method is not. Allow says which are.',
    fields: { allowed: z.array(z.string()) },
  },
  request_timeout: { when: 'The request did not come in whole within 30 s.' },
  email_taken: { when: 'At sign-up: the address has an account.' },
  terms_not_accepted: {
    when: 'At sign-up: the house has terms, and `terms` is missing or names another version. Show those at /terms, and sign up with their hash.',
    fields: {
      terms: z.string().meta({ description: 'SHA-256 of the terms that hold, hexadecimal' }),
      version: z.int().meta({ description: 'Their version' }),
    },
  },
  auction_has_bids: { when: 'Something else than an addition to the description is changed after the first bid.' },
  auction_not_open: {
    when: 'The auction has not opened yet.',
    fields: { opensAt: instant.nullable().optional(), asOfSeq },
  },
  auction_already_open: {
    when: 'It is opened once more, or is to have another currency: a bid on its way would mean another amount.',
  },
  auction_paused: { when: 'The auction is paused.', fields: { asOfSeq } },
  auction_not_paused: { when: 'It is resumed, and was not paused.' },
  auction_not_draft: { when: 'What is deleted is no draft, or others could see it for a time: cancel it.' },
  room_closed: {
    when: 'The room takes no messages, or none of this person: `room` of the auction says of whom. Also when the auction is over, and of a question where the seller takes none, or 30 days after the end.',
  },
  external_id_taken: {
    when: 'Another auction of the seller has the externalId already.',
    fields: { auction: uuid.meta({ description: 'Which one' }), asOfSeq },
  },
  auction_closed: {
    when: 'The auction has closed; a bid at the very end is late.',
    fields: {
      closesAt: instant,
      lateMilliseconds: z.int().meta({ description: 'By how much it was late' }),
      asOfSeq,
    },
  },
  auction_cancelled: { when: 'The auction was cancelled.', fields: { asOfSeq } },
  bid_too_low: {
    when: 'The offer is below the minimum bid.',
    fields: { minimumBid: amount, price: amount.nullable(), asOfSeq },
  },
  bid_voided: { when: 'The bid is void already.' },
  already_leading: { when: 'Whoever leads bids an amount. They may raise their maximum.', fields: { asOfSeq } },
  maximum_not_raised: { when: 'A new maximum is not a full step above the own one.', fields: { asOfSeq } },
  maximum_not_lowered: { when: 'The maximum may not be lowered (VOID-3), or not so far.', fields: { asOfSeq } },
  bid_too_high: {
    when: 'Where prices fall: the offer is above the maximum bid.',
    fields: { maximumBid: amount, price: amount.nullable(), asOfSeq },
  },
  minimum_not_lowered: { when: 'A new minimum is not a full step below the own one.', fields: { asOfSeq } },
  minimum_not_raised: { when: 'The minimum may not be raised (VOID-3), or not so far.', fields: { asOfSeq } },
  not_in_this_format: { when: 'The format of the auction takes no such offer.', fields: { asOfSeq } },
  last_admin: { when: 'The only admin who is not blocked would lose the role, or be blocked: make another one first.' },
  pictures_unavailable: { when: 'Pictures cannot be taken now.', fields: { detail } },
  precondition_failed: {
    when: 'If-Match named another state than that of now: read it again.',
    fields: { asOfSeq },
  },
  payload_too_large: { when: 'The body is larger than the route takes.' },
  uri_too_long: { when: 'A part of the path is too long.' },
  unsupported_media_type: { when: 'The Content-Type is not one that the route takes.', fields: { detail } },
  idempotency_key_reused: {
    when: 'The key came before with another body. Every new attempt needs a new key.',
    fields: { asOfSeq },
  },
  too_many_bids: {
    when: 'More bids of this bidder, or of this network, were accepted within the hour than anybody makes by hand.',
    fields: { retryAfterSeconds },
  },
  upgrade_required: {
    when: 'The live channel was asked for without an upgrade to WebSocket. Events are also to be had by `…/events`.',
    fields: { detail },
  },
  rate_limited: { when: 'Too much was asked for in too short a time.', fields: { retryAfterSeconds } },
  headers_too_large: { when: 'The headers are larger than 16 KiB.' },
  internal: { when: 'A fault of the service: the outcome is unknown, and it is in the log.' },
  try_again: {
    when: 'The service cannot answer now, or cannot tell the outcome: repeat with the same key.',
    fields: { retryAfterSeconds },
  },
} as const satisfies Readonly<Record<Code, CodeText>>

export const codeTexts: Readonly<Record<Code, CodeText>> = texts

type FieldsOf<Name extends Code> = (typeof texts)[Name] extends { readonly fields: infer Fields extends z.ZodRawShape }
  ? z.output<z.ZodObject<Fields>>
  : unknown

/** A problem as its code shapes it. */
export type ProblemOf<Name extends Code> = Pick<
  Problem,
  'type' | 'title' | 'status' | 'detail' | 'instance' | 'receipt'
> & {
  readonly code: Name
} & FieldsOf<Name> & { readonly [further: string]: unknown }
export type CodedProblem = { [Name in Code]: ProblemOf<Name> }[Code]

/** The same as shapes. */
export const codedProblems = codes.map((code) => {
  const { fields = {} } = codeTexts[code]
  const { errors: _, ...shape } = problem.shape
  return z.looseObject({ ...shape, ...fields, code: z.literal(code) })
})
