/**
 * Every problem and every close code a client may see. A refusal is a rejection in the core and, with the title and
 * status found here, an RFC 9457 problem on the wire. Names are part of the contract: added to, never renamed.
 */
export const problems = {
  invalid_request: { status: 400, title: 'The request is not valid' },
  idempotency_key_required: { status: 400, title: 'This needs an Idempotency-Key' },
  unauthenticated: { status: 401, title: 'Sign in first' },
  invalid_credentials: { status: 401, title: 'The e-mail address or the password is wrong' },
  forbidden: { status: 403, title: 'You may not do this' },
  own_auction: { status: 403, title: 'Nobody bids on their own auction' },
  above_lent_limit: { status: 403, title: 'This is more than the page was allowed to bid' },
  bidder_blocked: { status: 403, title: 'You may not bid here' },
  muted: { status: 403, title: 'You may not write here now' },
  staff_may_not_bid: { status: 403, title: 'Staff do not bid in lots of the house' },
  not_found: { status: 404, title: 'There is nothing here' },
  auction_not_found: { status: 404, title: 'There is no such auction' },
  bid_not_found: { status: 404, title: 'There is no such bid in this auction' },
  user_not_found: { status: 404, title: 'There is no such user' },
  message_not_found: { status: 404, title: 'There is no such message' },
  speaker_not_found: { status: 404, title: 'Nobody of this name has spoken or bid here' },
  conversation_not_found: { status: 404, title: 'There is no such conversation' },
  method_not_allowed: { status: 405, title: 'This method is not for this address' },
  request_timeout: { status: 408, title: 'The request took too long to arrive' },
  email_taken: { status: 409, title: 'This e-mail address has an account already' },
  terms_not_accepted: { status: 409, title: 'An account takes that the terms of the house are accepted' },
  auction_has_bids: { status: 409, title: 'The auction has bids: only its description may be added to' },
  auction_not_open: { status: 409, title: 'The auction is not open' },
  auction_already_open: { status: 409, title: 'The auction is open already' },
  auction_paused: { status: 409, title: 'The auction is paused' },
  auction_not_paused: { status: 409, title: 'The auction is not paused' },
  auction_not_draft: { status: 409, title: 'The auction is no draft, or was shown before' },
  room_closed: { status: 409, title: 'The room is not open to this' },
  external_id_taken: { status: 409, title: 'Another auction of yours has this externalId' },
  auction_closed: { status: 409, title: 'The auction is closed' },
  auction_cancelled: { status: 409, title: 'The auction was cancelled' },
  bid_too_low: { status: 409, title: 'The bid is below the minimum bid' },
  bid_voided: { status: 409, title: 'The bid is void already' },
  already_leading: { status: 409, title: 'You lead already: raise your maximum instead' },
  maximum_not_raised: { status: 409, title: 'The new maximum is not a step higher than yours' },
  maximum_not_lowered: { status: 409, title: 'This maximum cannot be lowered, or not so far' },
  bid_too_high: { status: 409, title: 'The bid is too high' },
  minimum_not_lowered: { status: 409, title: 'The new minimum is not a step lower than yours' },
  minimum_not_raised: { status: 409, title: 'This minimum cannot be raised, or not so far' },
  not_in_this_format: { status: 409, title: 'This format takes no such offer' },
  last_admin: { status: 409, title: 'A house needs an admin' },
  pictures_unavailable: { status: 409, title: 'The house cannot take pictures now' },
  precondition_failed: { status: 412, title: 'It has changed since you read it' },
  payload_too_large: { status: 413, title: 'The request is too large' },
  uri_too_long: { status: 414, title: 'The address is too long' },
  unsupported_media_type: { status: 415, title: 'This type of content is not taken here' },
  idempotency_key_reused: { status: 422, title: 'This Idempotency-Key was used for something else' },
  too_many_bids: { status: 429, title: 'You have bid too often: wait, or bid what you mean' },
  upgrade_required: { status: 426, title: 'Connect with a WebSocket' },
  rate_limited: { status: 429, title: 'Too many requests' },
  headers_too_large: { status: 431, title: 'The headers are too large' },
  internal: { status: 500, title: 'Something went wrong here' },
  try_again: { status: 503, title: 'The outcome is unknown: repeat with the same key' },
} as const satisfies Record<string, { status: number; title: string }>

export type Code = keyof typeof problems

/** The numbers by which the live channel is closed (RFC 6455, section 7.4). */
export const closeNumbers = {
  going_away: 1001,
  wrong_origin: 1008,
  restart: 1012,
  try_later: 1013,
  auction_over: 4000,
  not_understood: 4400,
  not_signed_in: 4401,
  not_allowed: 4403,
  auction_not_found: 4404,
  no_heartbeat: 4408,
  reading_too_slowly: 4413,
  too_many_messages: 4429,
} as const satisfies Record<string, number>

type Closings = {
  readonly [Name in keyof typeof closeNumbers]: { readonly code: (typeof closeNumbers)[Name]; readonly reason: string }
}

/** With why, for the frame that closes it. A page that knows the numbers carries no words: hence the mark below. */
export const closeCodes = /* @__PURE__ */ withReasons({
  going_away: 'server shutting down',
  wrong_origin: 'this origin is not allowed',
  restart: 'restart, come back',
  try_later: 'try later',
  auction_over: 'auction over',
  not_understood: 'not understood',
  not_signed_in: 'not or no longer signed in',
  not_allowed: 'not allowed',
  auction_not_found: 'no such auction',
  no_heartbeat: 'no answer to heartbeats',
  reading_too_slowly: 'reading too slowly, resume',
  too_many_messages: 'too many messages',
})

function withReasons(reasons: Readonly<Record<keyof typeof closeNumbers, string>>): Closings {
  const closing = ([name, code]: [string, number]) => [name, { code, reason: reasons[name as keyof typeof reasons] }]
  return Object.fromEntries(Object.entries(closeNumbers).map(closing)) as Closings
}

export type Closing = (typeof closeCodes)[keyof typeof closeCodes]
