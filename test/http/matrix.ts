import type { Code } from '../../src/codes.ts'
import { MISSING, lot } from './support.ts'

/**
 * Who may call what: one row for each route and stage. The routes themselves come from the running service, so that one
 * without a row here fails.
 */

/** Those whose tokens are good, and nobody. Expired, revoked and wrong tokens are answered alike on every route. */
export const STANDINGS = ['anonymous', 'bidder', 'otherBidder', 'seller', 'otherSeller', 'admin', 'blocked'] as const
export type Standing = (typeof STANDINGS)[number]

/** Everyone whose token is good only to look at, whatever they were. */
export const SPENT = ['expired', 'revoked', 'wrong audience', 'another key'] as const
export type Spent = (typeof SPENT)[number]

export const STAGES = ['draft', 'scheduled', 'open', 'bidden', 'closed'] as const
export type Stage = (typeof STAGES)[number]

/** The status of an answer that gives what was asked for, or why it is refused. */
export type Expected = number | Code
export type Row = {
  readonly route: string
  readonly stage: Stage | null
  readonly who: Readonly<Record<Standing, Expected>>
  readonly body?: object
  /** What follows the path, or stands in it. */
  readonly query?: string
  readonly path?: Readonly<Record<string, string>>
}

const everyone = (answer: Expected) =>
  Object.fromEntries(STANDINGS.map((who) => [who, answer])) as Record<Standing, Expected>
const members = (answer: Expected) => ({ ...everyone(answer), anonymous: 'unauthenticated' as const })
const bidders = (answer: Expected) => ({ ...members(answer), blocked: 'bidder_blocked' as const })
/** Guarded by rank; `others` are those who have it and do not own the auction. */
const sellers = (own: Expected, others: Expected, admin: Expected = own) => ({
  ...members('forbidden'),
  seller: own,
  otherSeller: others,
  admin,
})
const admins = (answer: Expected) => sellers('forbidden', 'forbidden', answer)
/** To all but its seller and the admins a draft does not exist. */
const hidden = (answer: Expected, missing: Code = 'auction_not_found') => ({
  ...everyone(missing),
  seller: answer,
  admin: answer,
})
const nobody = everyone('unauthenticated')

const later = new Date(Date.now() + 2 * 86_400_000).toISOString()
const why = { reason: 'because' }
const more = { closesAt: later, ...why }
const A = '/v1/auctions/{id}'

type Rest = Omit<Row, 'route' | 'stage' | 'who'>

/** One route in each stage, in the order of STAGES. */
function stages(route: string, whoByStage: readonly [Who, Who, Who, Who, Who], rest: Rest = {}): Row[] {
  return STAGES.map((stage, i) => ({ route, stage, who: whoByStage[i]!, ...rest }))
}
type Who = Row['who']

function one(route: string, who: Who, rest: Rest = {}): Row {
  return { route, stage: null, who, ...rest }
}

const shown = (route: string, rest: Rest = {}) => {
  const all = everyone(200)
  return stages(route, [hidden(200), all, all, all, all], rest)
}

/** What the seller may do until the first bid, and the admins always; `answers` are what it comes to in each stage. */
function hammer(route: string, answers: readonly [Expected, Expected, Expected, Expected, Expected], body?: object) {
  const [draft, scheduled, open, bidden, closed] = answers
  return stages(
    `POST ${A}/${route}`,
    [
      sellers(draft, 'auction_not_found'),
      sellers(scheduled, 'forbidden'),
      sellers(open, 'forbidden'),
      sellers('forbidden', 'forbidden', bidden),
      sellers('forbidden', 'forbidden', closed),
    ],
    body === undefined ? {} : { body },
  )
}

/** Whoever is signed in may ask the seller, but the seller and who is blocked. */
const asking = (answer: Expected) => ({
  ...members(answer),
  seller: 'invalid_request' as const,
  blocked: 'forbidden' as const,
})

/** Of a message that is not there. */
function ofMessages(route: string, who: (answer: Expected) => Who, rest: Rest = {}): Row[] {
  const missing = who('message_not_found')
  const draft = { ...who('auction_not_found'), seller: 'message_not_found', admin: 'message_not_found' } as const
  return stages(route, [draft, missing, missing, missing, missing], { path: { '{messageId}': MISSING }, ...rest })
}

const ofAuctions: readonly Row[] = [
  ...shown(`GET ${A}`),
  ...shown(`GET ${A}/bids`),
  ...shown(`GET ${A}/events`),
  ...stages(`GET ${A}/you`, [
    { ...hidden(200), anonymous: 'unauthenticated' },
    members(200),
    members(200),
    members(200),
    members(200),
  ]),
  ...shown(`GET ${A}/ledger`),
  ...stages(`GET ${A}/room`, [
    { ...hidden(200), anonymous: 'unauthenticated' },
    members(200),
    members(200),
    members(200),
    members(200),
  ]),
  // Closed but for its owners by the settings that every room begins with.
  ...stages(`GET ${A}/messages`, [
    { ...hidden('room_closed'), anonymous: 'unauthenticated' },
    members('room_closed'),
    members('room_closed'),
    members('room_closed'),
    members('room_closed'),
  ]),
  ...stages(
    `POST ${A}/messages`,
    [
      { ...hidden('invalid_request'), anonymous: 'unauthenticated', admin: 201 },
      asking(201),
      asking(201),
      asking(201),
      asking(201),
    ],
    { body: { text: 'Does it run?', to: 'seller' } },
  ),
  ...ofMessages(`POST ${A}/messages/{messageId}/report`, (answer) => members(answer)),
  ...ofMessages(`DELETE ${A}/messages/{messageId}`, (answer) => sellers(answer, answer), { body: why }),
  ...stages(`GET ${A}/mutes`, [
    sellers(200, 'auction_not_found'),
    sellers(200, 'forbidden'),
    sellers(200, 'forbidden'),
    sellers(200, 'forbidden'),
    sellers(200, 'forbidden'),
  ]),
  ...['PUT', 'DELETE'].flatMap((method) =>
    stages(
      `${method} ${A}/mutes/{speaker}`,
      [
        sellers('speaker_not_found', 'auction_not_found'),
        sellers('speaker_not_found', 'forbidden'),
        sellers('speaker_not_found', 'forbidden'),
        sellers('speaker_not_found', 'forbidden'),
        sellers('speaker_not_found', 'forbidden'),
      ],
      { path: { '{speaker}': 'V9' }, ...(method === 'PUT' ? { body: { seconds: 60 } } : {}) },
    ),
  ),
  ...stages(`GET ${A}/bids/{bidId}/explanation`, [
    hidden('bid_not_found'),
    everyone('bid_not_found'),
    everyone('bid_not_found'),
    everyone(200),
    everyone(200),
  ]),
  ...stages(`GET ${A}/film`, [
    hidden('not_found'),
    everyone('not_found'),
    everyone('not_found'),
    everyone('not_found'),
    everyone(200),
  ]),
  ...stages(
    'GET /v1/log/proof',
    [
      hidden('not_found', 'not_found'),
      everyone('not_found'),
      everyone('not_found'),
      everyone('not_found'),
      everyone(200),
    ],
    { query: '?auction={id}' },
  ),
  ...stages(
    `PATCH ${A}`,
    [
      sellers(200, 'auction_not_found'),
      sellers(200, 'forbidden'),
      sellers(200, 'forbidden'),
      sellers('auction_has_bids', 'forbidden'),
      sellers('auction_closed', 'forbidden'),
    ],
    { body: { title: 'Another' } },
  ),
  ...stages(`DELETE ${A}`, [
    sellers(204, 'auction_not_found'),
    sellers('auction_not_draft', 'forbidden'),
    sellers('auction_not_draft', 'forbidden'),
    sellers('auction_not_draft', 'forbidden'),
    sellers('auction_not_draft', 'forbidden'),
  ]),
  ...hammer('open', [200, 200, 'auction_already_open', 'auction_already_open', 'auction_closed']),
  ...hammer('close', ['auction_not_open', 'auction_not_open', 200, 200, 'auction_closed']),
  ...hammer('cancel', [200, 200, 200, 200, 'auction_closed'], why),
  ...hammer('pause', ['auction_not_open', 'auction_not_open', 200, 200, 'auction_closed'], why),
  ...hammer('resume', [
    'auction_not_paused',
    'auction_not_paused',
    'auction_not_paused',
    'auction_not_paused',
    'auction_closed',
  ]),
  ...hammer('extend', ['auction_not_open', 'auction_not_open', 200, 200, 'auction_closed'], more),
  ...stages(
    `POST ${A}/bids/{bidId}/void`,
    [
      admins('auction_not_open'),
      admins('auction_not_open'),
      admins('bid_not_found'),
      admins(200),
      admins('auction_closed'),
    ],
    { body: why },
  ),
  ...stages(
    `POST ${A}/bids/{bidId}/lower`,
    [
      { ...members('auction_not_found'), seller: 'auction_not_open', admin: 'auction_not_open' },
      members('auction_not_open'),
      members('maximum_not_lowered'),
      members('maximum_not_lowered'),
      members('auction_closed'),
    ],
    { body: { maximum: 5_000 } },
  ),
  ...stages(`GET ${A}/bidders`, [
    sellers('forbidden', 'auction_not_found', 200),
    admins(200),
    admins(200),
    admins(200),
    sellers(200, 'forbidden'),
  ]),
  ...stages(
    `POST ${A}/bids`,
    [
      { ...members('auction_not_found'), seller: 'own_auction', admin: 'auction_not_open' },
      { ...bidders('auction_not_open'), seller: 'own_auction' },
      { ...bidders(201), seller: 'own_auction' },
      { ...bidders(201), seller: 'own_auction' },
      { ...bidders('auction_closed'), seller: 'own_auction' },
    ],
    { body: { maximum: 6_000 } },
  ),
]

const FRIENDS = 'https://friends.example'
const unknownUser = { path: { '{id}': MISSING } }
const unknownLot = unknownUser
const push = {
  endpoint: 'https://93.184.215.14/push',
  keys: {
    p256dh: 'BLvhwSM_CYgu90ExGLESdPSyOaNBTL6jcF5qoVVuHwtemPv2hIGD9grv4Nqz1PN8UuLKxCYaqQuBexqJAUqu7KU',
    auth: 'BRjEvh93HjH8xniQtdWdCA',
  },
}

/** `picture` are the bytes of one. */
export const rowsWith = (picture: Uint8Array): readonly Row[] => [
  ...ofAuctions,
  one('GET /v1/auctions', everyone(200)),
  one('POST /v1/auctions', sellers(201, 201), { body: lot }),
  one('GET /v1/keys', everyone(200)),
  one('GET /v1/codes', everyone(200)),
  one('GET /v1/log/checkpoint', everyone(200)),
  one('GET /v1/log/consistency', everyone(200), { query: '?from=0&to=1' }),
  one('GET /v1/me', members(200)),
  one('PATCH /v1/me', members(200), { body: { displayName: 'Another' } }),
  one('GET /v1/me/sessions', members(200)),
  one('DELETE /v1/me/sessions/{id}', members('not_found'), unknownUser),
  one('GET /v1/me/bids', members(200)),
  one('GET /v1/me/conversations', members(200)),
  one('GET /v1/me/reports', sellers(200, 200)),
  one('GET /v1/conversations/{id}/messages', members('conversation_not_found'), unknownUser),
  one('POST /v1/conversations/{id}/messages', members('conversation_not_found'), {
    ...unknownUser,
    body: { text: 'It does.' },
  }),
  one('GET /v1/me/auctions', members(200)),
  one('POST /v1/me/tokens', members('auction_not_found'), { body: { origin: FRIENDS, auction: MISSING, most: 1 } }),
  one('GET /v1/me/watchlist', members(200)),
  one('PUT /v1/me/watchlist/{id}', members('auction_not_found'), unknownLot),
  one('DELETE /v1/me/watchlist/{id}', members(204), unknownLot),
  one('GET /v1/me/notices', members(200)),
  one('POST /v1/me/notices/read', members(204), { body: { all: true } }),
  one('GET /v1/me/preferences', members(200)),
  one('PUT /v1/me/preferences', members(200), { body: { language: 'es' } }),
  one('GET /v1/me/keys', members(200)),
  one('POST /v1/me/keys', members(201), { body: { name: 'A bot', scopes: ['read'] } }),
  one('DELETE /v1/me/keys/{id}', members('not_found'), unknownUser),
  one('GET /v1/me/push', members(200)),
  one('POST /v1/me/push', members(201), { body: push }),
  one('DELETE /v1/me/push', members(204), { body: { endpoint: push.endpoint } }),
  one('GET /v1/webhooks', sellers(200, 200)),
  one('POST /v1/webhooks', sellers(201, 201), { body: { url: 'https://93.184.215.14/', events: ['auction.closed'] } }),
  one('DELETE /v1/webhooks/{id}', sellers('not_found', 'not_found'), unknownUser),
  one('GET /v1/webhooks/{id}/deliveries', sellers('not_found', 'not_found'), unknownUser),
  one('POST /v1/webhooks/{id}/deliveries/{deliveryId}/redeliver', sellers('not_found', 'not_found'), {
    path: { '{id}': MISSING, '{deliveryId}': MISSING },
  }),
  // Where the house sends no mail.
  one('POST /v1/users/verification', everyone('not_found')),
  one('POST /v1/users/{id}/reset', admins('not_found'), unknownUser),
  one('POST /v1/passwords/reset', everyone('not_found'), { body: { email: 'nobody@house.example' } }),
  one('POST /v1/passwords', everyone('not_found'), { body: { token: 't'.repeat(43), password: 'a new password' } }),
  one('GET /v1/unsubscribe', everyone(200), { query: '?user=u&kind=won&token=t' }),
  one('POST /v1/unsubscribe', everyone('not_found'), { query: '?user=u&kind=won&token=t' }),
  one('GET /v1/deliveries', admins(200)),
  one('POST /v1/deliveries/{number}/redeliver', admins('not_found'), { path: { '{number}': '999999' } }),
  one('GET /v1/me/blocks', sellers(200, 200)),
  one('PUT /v1/me/blocks/{id}', sellers('user_not_found', 'user_not_found'), unknownUser),
  one('DELETE /v1/me/blocks/{id}', sellers('user_not_found', 'user_not_found'), unknownUser),
  one('GET /v1/users', admins(200)),
  one('GET /v1/users/{id}', admins('user_not_found'), unknownUser),
  one('PATCH /v1/users/{id}', admins('user_not_found'), { ...unknownUser, body: { role: 'admin' } }),
  one('POST /v1/users', everyone('email_taken'), {
    body: { email: 'admin@house.example', password: 'a password of mine', displayName: 'Mallory' },
  }),
  one('POST /v1/sessions', everyone('invalid_credentials'), {
    body: { email: 'nobody@house.example', password: 'a wrong one' },
  }),
  one('POST /v1/sessions/refresh', everyone('unauthenticated')),
  // Pictures are named by a hash: whoever knows the name may see it.
  one('POST /v1/images', sellers(201, 201), { body: picture }),
  one('GET /images/{file}', everyone('not_found'), { path: { '{file}': `${'0'.repeat(64)}.webp` } }),
  one('GET /images/copy', everyone('invalid_request')),
  one('GET /v1/house', everyone(200)),
  one('PATCH /v1/house', admins(200), { body: { name: 'Clock house' } }),
  one('GET /healthz', everyone(200)),
  one('GET /readyz', everyone(200)),
  // Not among what is documented: an operator's, the documents themselves, and what is there for a WebSocket only.
  one('GET /metrics', nobody),
  one('GET /openapi.json', everyone(200)),
  one('GET /asyncapi.json', everyone(200)),
  ...stages(`GET ${A}/live`, [
    everyone('upgrade_required'),
    everyone('upgrade_required'),
    everyone('upgrade_required'),
    everyone('upgrade_required'),
    everyone('upgrade_required'),
  ]),
  one('GET /v1/live', everyone('upgrade_required')),
  // The last: nobody is signed in after them.
  one('DELETE /v1/sessions', members(204)),
  one('DELETE /v1/sessions/current', nobody),
]

/** Where one comes with whatever token one has left: they are for getting a new one. */
export const DOORS = new Set(['POST /v1/sessions', 'POST /v1/sessions/refresh'])

/** What a spent token is answered: refused wherever tokens are looked at, and elsewhere as if none had come. */
export function expectedOfSpent({ route, who }: Row): Expected {
  const looksAtTokens = route.includes(' /v1/') && !DOORS.has(route)
  return looksAtTokens ? 'unauthenticated' : who.anonymous
}

/** A page elsewhere takes no part in a room. */
const OF_ROOMS = /\/(messages|room|mutes|conversations)\b/

/**
 * What a lent token is answered: as a bidder in its own auction, and elsewhere as anybody who reads. All else is asked for
 * at home.
 */
export function expectedOfLent({ route, stage, who }: Row, isForIt: boolean): Expected {
  if (!route.includes(' /v1/') || route === 'GET /v1/me') return who.otherBidder
  if (OF_ROOMS.test(route)) return 'forbidden'
  if (isForIt && stage !== null && route.includes(A) && !route.endsWith('/lower')) return who.otherBidder
  return route.startsWith('GET ') && !route.includes('/v1/me/') ? who.otherBidder : 'forbidden'
}
