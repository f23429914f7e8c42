import { formatMoney, plainLocale } from '../domain/figures.ts'
import { noticeKinds } from '../domain/notices.ts'
import { byLanguage } from '../languages/list.ts'
import { texts } from '../languages/texts.ts'

/** Examples in the documents: one auction, as its bidders P1 and P2 live through it. */

const AUCTION = '01940000-0000-7000-8000-00000000000a'
const BID = '01940000-0000-7000-8000-00000000000b'
const MESSAGE = '01940000-0000-7000-8000-00000000000d'
const CONVERSATION = '01940000-0000-7000-8000-00000000000e'
const SELLER = '01940000-0000-7000-8000-00000000000c'
const AT = '2026-11-20T19:59:26.315Z'
const CLOSES_AT = '2026-11-20T20:00:00.000Z'
const HASH = '5f'.repeat(32)

const sentences = byLanguage((language) => {
  const show = (minor: number) => formatMoney(minor, 'EUR', plainLocale(language))
  const shown = { price: show(13_500), amount: show(13_500), beaten: show(13_250), start: show(10_000) }
  return texts[language].explanation.reasons.step(shown, { paddle: 'P2', leader: 'P2' })
})

const terms = {
  startPrice: 10_000,
  increments: [{ from: 0, step: 250 }],
  buyNowPrice: null,
  softClose: { windowSeconds: 120, extensionSeconds: 120, maxExtensions: null },
  belowReserve: 'steps',
  revealReserve: false,
}

const auction = {
  id: AUCTION,
  title: 'Leica M3, 1954',
  description: 'Serviced last year.',
  images: [],
  currency: 'EUR',
  format: 'english',
  terms,
  opensAt: '2026-11-18T20:00:00.000Z',
  closesAt: CLOSES_AT,
  seller: { id: SELLER, displayName: 'Clock house' },
  status: 'open',
  leftMs: null,
  statusReason: null,
  reserve: 'none',
  price: 13_250,
  minimumBid: 13_500,
  leader: 'P1',
  bidCount: 12,
  bidderCount: 2,
  extensions: 0,
  outcome: null,
  seq: 14,
  head: HASH,
  serverTime: AT,
  room: { presence: 'paddles', messages: 'members', ask: true },
}

const answer = {
  bid: { id: BID, paddle: 'P2', amount: 13_500, maximum: 20_000, at: AT, commitment: HASH, salt: HASH },
  outcome: 'leading',
  seq: 15,
  price: 13_500,
  minimumBid: 13_750,
  leader: 'P2',
  closesAt: CLOSES_AT,
  receipt: 'eyJhbGciOiJFZERTQSJ9.e30.c2lnbmF0dXJl',
}

const tooLow = {
  type: '/docs/codes#bid_too_low',
  title: 'The bid is below the minimum bid',
  status: 409,
  detail: 'The bid is below the minimum bid',
  instance: 'my-second-bid',
  code: 'bid_too_low',
  minimumBid: 13_750,
  price: 13_500,
  asOfSeq: 15,
}

const bid = { id: BID, paddle: 'P1', amount: 13_250, price: 13_250, at: AT, seq: 14, voided: false }
const said = { id: MESSAGE, from: 'P2', to: 'room', text: 'Does it come with its case?', at: AT }
const ownBid = { id: BID, amount: 13_500, maximum: 20_000, at: AT, seq: 15, voided: false }
const placed = {
  seq: 15,
  type: 'bid.placed',
  at: AT,
  data: {
    bid: BID,
    paddle: 'P2',
    amount: 13_500,
    price: 13_500,
    leader: 'P2',
    minimumBid: 13_750,
    bidCount: 13,
    bidderCount: 2,
    reserve: 'none',
    beaten: { bid: BID, amount: 13_250, exact: false },
  },
  hash: HASH,
  private: HASH,
  commitment: HASH,
}

/** Bodies of requests, by operation. */
export const bodyExamples: Readonly<Record<string, unknown>> = {
  createAuction: {
    title: 'Leica M3, 1954',
    description: 'Serviced last year.',
    currency: 'EUR',
    terms: { startPrice: 10_000, increments: 'standard', softClose: { windowSeconds: 120, extensionSeconds: 120 } },
    durationSeconds: 3_600,
  },
  updateAuction: { description: 'Serviced last year. With case.' },
  placeBid: { maximum: 20_000 },
  lowerMaximum: { maximum: 15_000 },
  cancelAuction: { reason: 'Broken on the way' },
  pauseAuction: { reason: 'Lunch' },
  resumeAuction: { closesAt: CLOSES_AT },
  extendAuction: { closesAt: CLOSES_AT, reason: 'The line was down' },
  voidBid: { reason: 'Not paid', pause: true },
  createUser: { email: 'ana@people.example', password: 'a long password', displayName: 'Ana' },
  createSession: { email: 'ana@people.example', password: 'a long password' },
  updateMe: { password: 'a longer password', currentPassword: 'a long password' },
  updateUser: { role: 'seller' },
  updateHouse: {
    name: 'Clock house',
    accent: { light: '#17543f', dark: '#82cfae' },
    contact: 'hello@clocks.example',
  },
  updateNotices: { all: true },
  createApiKey: { name: 'My bot', scopes: ['read', 'bid'] },
  createWebhook: { url: 'https://shop.example/hooks', events: ['auction.closed'] },
  createPushSubscription: {
    endpoint: 'https://push.example/1',
    keys: {
      p256dh: 'BLvhwSM_CYgu90ExGLESdPSyOaNBTL6jcF5qoVVuHwtemPv2hIGD9grv4Nqz1PN8UuLKxCYaqQuBexqJAUqu7KU',
      auth: 'BRjEvh93HjH8xniQtdWdCA',
    },
  },
  deletePushSubscription: { endpoint: 'https://push.example/1' },
  createVerification: {},
  createPasswordReset: { email: 'ana@people.example' },
  createPassword: { token: 'q7Qj1x0rJm3cO5m3kN3bq0Fv9sV4mT8yW2a1Zb7c9dE', password: 'a new long password' },
  updatePreferences: { language: 'es', notices: { lost: ['page', 'email'] } },
  createMessage: { text: 'Does it come with its case?', to: 'seller' },
  createConversationMessage: { text: 'Yes, and with the bill.' },
  deleteMessage: { reason: 'An address of somebody' },
  addMute: { seconds: 600 },
  lendToken: { origin: 'https://www.example.org', auction: AUCTION, most: 20_000 },
}

const person = {
  id: SELLER,
  email: 'ana@people.example',
  displayName: 'Ana',
  role: 'bidder',
  blocked: false,
  createdAt: '2026-11-18T20:00:00.000Z',
  terms: { version: 2, acceptedAt: '2026-11-18T20:00:00.000Z' },
}
const house = {
  name: 'Clock house',
  logo: { url: `/images/${HASH}.webp`, small: `/images/${HASH}-640.webp`, width: 640, height: 160 },
  accent: { light: '#17543f', dark: '#82cfae' },
  contact: 'hello@clocks.example',
  imprint: 'Clock house, 1 Tick Street',
  privacy: null,
  terms: { version: 2, sha256: HASH, since: AT, text: 'Whoever bids buys.' },
}
const {
  terms: { increments: _, ...listedTerms },
  room: _room,
  ...others
} = auction
const listed = { ...others, terms: listedTerms }
const session = { accessToken: 'eyJhbGciOiJFZERTQSJ9.e30.c2lnbmF0dXJl', expiresInSeconds: 900 }
const notice = {
  id: BID,
  kind: 'outbid',
  at: AT,
  read: false,
  auction: { id: AUCTION, title: auction.title, currency: 'EUR' },
  price: 13_500,
  closesAt: CLOSES_AT,
}
const delivery = {
  number: 17,
  id: BID,
  way: 'email',
  kind: 'outbid',
  state: 'waiting',
  user: SELLER,
  auction: AUCTION,
  at: AT,
  nextAt: CLOSES_AT,
  tries: 1,
  error: 'connect ECONNREFUSED',
}
const apiKey = { id: BID, name: 'My bot', scopes: ['read', 'bid'], createdAt: AT, expiresAt: null }
const webhook = { id: BID, url: 'https://shop.example/hooks', events: ['auction.closed'], createdAt: AT }
const everyWay = ['page', 'email', 'push']
const preferences = {
  language: 'es',
  timeZone: 'Europe/Madrid',
  email: 'verified',
  notices: Object.fromEntries(noticeKinds.map((kind) => [kind, kind === 'lost' ? ['page'] : everyWay])),
}
const page = (...items: readonly unknown[]) => ({ items, nextCursor: null })

/** What operations answer with where they do what was asked, by operation. */
export const answerExamples: Readonly<Record<string, unknown>> = {
  createAuction: auction,
  getAuction: auction,
  updateAuction: auction,
  openAuction: auction,
  closeAuction: auction,
  cancelAuction: auction,
  pauseAuction: auction,
  resumeAuction: auction,
  extendAuction: auction,
  voidBid: auction,
  listAuctions: { items: [listed], nextCursor: 'closing:1764100800000.17' },
  listMyAuctions: page(listed),
  placeBid: answer,
  lowerMaximum: { ...answer, outcome: 'lowered' },
  listBids: page(bid),
  getYou: { paddle: 'P2', standing: 'leading', maximum: 20_000, lowerable: null, bids: [ownBid] },
  listEvents: { events: [placed], seq: 15, head: HASH, epoch: '967c50e6d155c5e9', over: false },
  explainBid: {
    bid: BID,
    seq: 15,
    price: 13_500,
    rules: ['PX-2'],
    sentences,
  },
  getFilm: {
    from: '2026-11-20T19:58:26.315Z',
    closedAt: '2026-11-20T20:00:26.315Z',
    lengthMs: 68_000,
    leftOutMs: 52_000,
    price: 12_000,
    outcome: { result: 'sold', price: 13_500, winner: 'P2', reason: null },
    steps: [
      {
        kind: 'bid',
        seq: 15,
        at: AT,
        ms: 60_000,
        price: 13_500,
        leader: 'P2',
        extendedTo: null,
        bid: BID,
        paddle: 'P2',
        amount: 13_500,
        voided: false,
        sentences,
      },
    ],
  },
  listMessages: page(said),
  createMessage: { ...said, to: 'seller', key: 'my-question' },
  getRoom: {
    room: auction.room,
    speaker: 'P2',
    mayRead: true,
    mayWrite: true,
    mayAsk: true,
    mute: null,
    conversation: CONVERSATION,
  },
  listMutes: page({ speaker: 'V3', until: CLOSES_AT }),
  listMyConversations: page({
    id: CONVERSATION,
    auction: { id: AUCTION, title: auction.title },
    with: 'seller',
    unread: 1,
    last: { ...said, from: 'seller', to: 'P2', text: 'Yes, and with the bill.' },
  }),
  listConversationMessages: page({ ...said, to: 'seller' }),
  createConversationMessage: { ...said, from: 'seller', to: 'P2', text: 'Yes, and with the bill.' },
  listReports: page({ auction: { id: AUCTION, title: auction.title }, message: said, reports: 2 }),
  listBidders: page({ paddle: 'P1', user: { id: person.id, displayName: person.displayName, email: person.email } }),
  uploadImage: {
    image: { url: `/images/${HASH}.webp`, small: `/images/${HASH}-640.webp`, width: 1_600, height: 1_067 },
  },
  getMe: person,
  updateMe: person,
  getUser: person,
  updateUser: { ...person, role: 'seller' },
  createUser: { user: person },
  listUsers: page(person),
  createSession: { ...session, user: person },
  refreshSession: { ...session, user: person },
  lendToken: { ...session, user: { id: person.id, displayName: person.displayName, role: 'bidder' } },
  listMySessions: page({
    id: BID,
    current: true,
    createdAt: AT,
    device: 'Firefox, Linux',
    lastUsedAt: AT,
    expiresAt: '2026-12-20T19:59:26.315Z',
  }),
  listMyBids: page({
    ...ownBid,
    commitment: HASH,
    salt: HASH,
    standing: 'leading',
    auction: {
      id: AUCTION,
      title: auction.title,
      currency: 'EUR',
      status: 'open',
      price: 13_500,
      reserve: 'none',
      ownMaximum: 20_000,
      closesAt: CLOSES_AT,
    },
  }),
  listBlocks: page(SELLER),
  listWatched: page(listed),
  listNotices: { ...page(notice), unread: 1 },
  listDeliveries: {
    ...page(delivery),
    counts: [{ way: 'email', state: 'waiting', count: 1 }],
  },
  listApiKeys: page(apiKey),
  createApiKey: { ...apiKey, secret: 'mk_q7Qj1x0rJm3cO5m3kN3bq0Fv9sV4mT8yW2a1Zb7c9dE' },
  listWebhooks: page(webhook),
  createWebhook: { ...webhook, secret: 'whsec_q7Qj1x0rJm3cO5m3kN3bq0Fv9sV4mT8yW2a1Zb7c9dE=' },
  listWebhookDeliveries: page(delivery),
  getPushKey: { key: 'BNcW4oA7zq5H9TKIrA3XfKclN2fX9P_7NR8d1PN1wGMv6f1Y9bGJXn8o0hA2b5p0R7iC2vE1mPqYxWcQm3T4sLk' },
  getPreferences: preferences,
  updatePreferences: preferences,
  listKeys: {
    keys: [
      {
        kty: 'OKP',
        crv: 'Ed25519',
        x: 'ebVWLo_mVPlAeLES6KmLp5AfhTrmlb7X4OORC60ElmQ',
        kid: 'house',
        alg: 'EdDSA',
        use: 'sig',
      },
    ],
  },
  getCheckpoint: { size: 41, root: HASH, checkpoint: answer.receipt },
  getLogProof: { certificate: answer.receipt, index: 40, size: 41, hashes: [HASH], checkpoint: answer.receipt },
  getLogConsistency: { from: 40, to: 41, hashes: [HASH] },
  listCodes: page({
    code: 'not_found',
    status: 404,
    title: 'There is nothing here',
    when: 'There is nothing at this address.',
    fields: {},
  }),
  getHouse: house,
  updateHouse: house,
  getHealth: { status: 'ok' },
  getReadiness: { status: 'ok' },
}

/** Messages of the live channels, by type. */
export const messageExamples: Readonly<Record<string, object>> = {
  auth: { type: 'auth', token: 'eyJhbGciOiJFZERTQSJ9.e30.c2lnbmF0dXJl' },
  bid: { type: 'bid', key: 'my-first-bid', maximum: 20_000 },
  ping: { type: 'ping', sentAt: 1_234.5 },
  watch: { type: 'watch', auctions: [AUCTION] },
  follow: { type: 'follow', auctions: [{ id: AUCTION, after: 13, epoch: '967c50e6d155c5e9' }] },
  hello: {
    type: 'hello',
    serverTime: AT,
    heartbeatSeconds: 10,
    limits: { frameBytes: 16_384, messagesPerSecond: 50, resumeEvents: 1_000 },
  },
  snapshot: {
    type: 'snapshot',
    seq: 14,
    epoch: '967c50e6d155c5e9',
    auction,
    bids: [bid],
    messages: [said],
    watching: 31,
  },
  events: {
    type: 'events',
    events: [placed],
  },
  you: {
    type: 'you',
    paddle: 'P2',
    standing: 'leading',
    maximum: 20_000,
    lowerable: null,
    bids: [ownBid],
  },
  ack: { type: 'ack', key: 'my-first-bid', ...answer },
  reject: { type: 'reject', key: 'my-second-bid', problem: tooLow },
  heartbeat: { type: 'heartbeat', serverTime: AT, seq: 15, head: HASH, watching: 31 },
  pong: { type: 'pong', serverTime: AT, sentAt: 1_234.5 },
  notice: { type: 'notice', notice },
  prices: {
    type: 'prices',
    prices: [
      {
        auction: AUCTION,
        seq: 15,
        status: 'open',
        price: 13_500,
        minimumBid: 13_750,
        bidCount: 13,
        closesAt: CLOSES_AT,
        outcome: null,
      },
    ],
  },
  sendMessage: { type: 'message', key: 'my-question', text: 'Does it come with its case?', to: 'seller' },
  sendTyping: { type: 'typing', to: 'room' },
  presence: { type: 'presence', watching: 31, joined: ['P1', 'P2'], left: [] },
  typing: { type: 'typing', from: 'P2', to: 'room' },
  message: { type: 'message', ...said },
  'message.removed': { type: 'message.removed', id: MESSAGE },
  room: { type: 'room', room: auction.room, messages: [said] },
  problem: {
    type: 'problem',
    problem: {
      type: '/docs/codes#invalid_request',
      title: 'The request is not valid',
      status: 400,
      detail: 'The request is not valid',
      instance: 'message',
      code: 'invalid_request',
      errors: [{ path: 'token', message: 'Invalid input: expected string, received undefined' }],
    },
  },
}

/** The same on the channel of many auctions, where they name theirs. */
export const followedExamples: Readonly<Record<string, object>> = {
  ...messageExamples,
  ...Object.fromEntries(
    ['events', 'you', 'heartbeat', 'presence', 'typing', 'message', 'message.removed', 'room'].map((type) => [
      type,
      { ...messageExamples[type], auction: AUCTION },
    ]),
  ),
}
